import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, type RefObject, useEffect, useRef } from 'react';
import type { LockReason } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Banner } from '../../components/banner.tsx';
import { announce } from '../../state/announce.ts';
import { ask, problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconLock } from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import css from './lock.module.css';
import { usePassphrase } from './passphrase.tsx';

const WHY: Record<LockReason, string> = {
  streamer: 'You locked it.',
  idle: 'Nobody used mouse or keyboard for a while.',
  screen: 'The computer’s screen was locked.',
};

/** Says that Castkey is locked and why, or that its logins wait for the passphrase, and opens it again. */
export function LockBanner() {
  const locked = useVault((vault) => vault.locked);
  const why = useVault((vault) => vault.lockReason);
  const needsPassphrase = useVault((vault) => vault.protection.needsPassphrase);
  const hasPassphrase = useVault((vault) => vault.protection.kind === 'passphrase');
  if (locked) {
    return (
      <Banner
        tone="warning"
        icon={IconLock}
        title="Castkey is locked."
        action={hasPassphrase ? <UnlockWithPassphrase /> : <UnlockButton />}
      >
        {why ? `${WHY[why]} ` : ''}Bots get nothing until you unlock it.
      </Banner>
    );
  }
  if (!needsPassphrase) return null;
  return (
    <Banner
      tone="warning"
      icon={IconLock}
      title="Your logins are sealed."
      action={
        <Button size="xs" onClick={() => openDialog({ kind: 'enter-passphrase' })}>
          Enter passphrase
        </Button>
      }
    >
      Bots get nothing until you enter your passphrase.
    </Banner>
  );
}

/** What it is locked by is gone with the lock, such as "Lock now": the focus, lost with it, comes here. */
function useLostFocus(to: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) to.current?.focus();
  }, [to]);
}

function UnlockButton() {
  const button = useRef<HTMLButtonElement>(null);
  useLostFocus(button);
  const unlock = async () => {
    if (await ask(vaultCalls()['vault.unlock']({}))) announce('Castkey is unlocked.');
  };
  return (
    <Button ref={button} size="xs" onClick={() => void unlock()}>
      Unlock
    </Button>
  );
}

function UnlockWithPassphrase() {
  const { field, problem, busy, submit } = usePassphrase(
    (passphrase) => problemOf(vaultCalls()['vault.unlock']({ passphrase })),
    () => announce('Castkey is unlocked.'),
  );
  useLostFocus(field);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) submit();
  };
  return (
    <form className={css.unlock} onSubmit={onSubmit}>
      <PasswordInput
        ref={field}
        size="xs"
        className={css.passphrase ?? ''}
        aria-label="Passphrase"
        placeholder="Passphrase"
        autoComplete="off"
        error={problem}
      />
      <ActionButton size="xs" type="submit" busy={busy}>
        Unlock
      </ActionButton>
    </form>
  );
}
