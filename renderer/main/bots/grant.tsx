import { Button } from '@mantine/core';
import { useCallback } from 'react';
import type { BotView, GrantView } from '../../../shared/views.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { ScopeGroups } from '../../components/scope-groups.tsx';
import { counted, sentence } from '../../format/phrases.ts';
import { ask } from '../../state/ask.ts';
import { useClock } from '../../state/clock.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconClock } from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import screen from '../screen.module.css';
import { endWords, grantTarget, usageWords } from './bot-words.ts';
import css from './bots.module.css';
import { offerRotation } from './rotate-token.tsx';

/** One permission of a bot: for what, how much used, and the ways to make it smaller or take it back. */
export function Grant(props: { bot: BotView; grant: GrantView }) {
  const { grant, bot } = props;
  const { keyId } = bot;
  const target = grantTarget(grant);
  const accounts = useVault((vault) => vault.accounts);
  const used = useClock(useCallback((now: number) => usageWords(grant, now), [grant]));
  const ends = useClock(useCallback((now: number) => endWords(grant, now), [grant]));
  const locked = useLockedWhy();
  const revoke = async (button: HTMLElement) => {
    const card = button.closest('article');
    const taken = await ask(vaultCalls()['grant.revoke']({ keyId, grantId: grant.id }));
    if (!taken) return;
    // The button goes with the permission, and the focus must not go with the button.
    card?.querySelector('button')?.focus();
    offerRotation(bot, [grant], accounts);
  };
  return (
    <li className={css.grant}>
      <div className={css.line}>
        <div className={css.target}>
          <strong>May use {target}</strong>
          {ends ? (
            <span className={css.ends}>
              <IconClock size={14} aria-hidden /> {sentence(ends)}
            </span>
          ) : null}
          <span className={screen.soft}>{used}</span>
        </div>
        <div className={css.acts}>
          {grant.scopes.length > 1 ? (
            <Button
              size="xs"
              variant="default"
              aria-label={`Edit ${target}`}
              onClick={() => openDialog({ kind: 'edit-grant', keyId, grantId: grant.id })}
            >
              Edit
            </Button>
          ) : null}
          {ends ? (
            <Button
              size="xs"
              variant="default"
              disabled={locked !== null}
              title={locked ?? undefined}
              aria-label={`Keep ${target}`}
              onClick={() => void ask(vaultCalls()['grant.keep']({ keyId, grantId: grant.id }))}
            >
              Keep
            </Button>
          ) : null}
          <Button
            size="xs"
            variant="default"
            aria-label={`${ends ? 'End now:' : 'Revoke'} ${target}`}
            onClick={(event) => void revoke(event.currentTarget)}
          >
            {ends ? 'End now' : 'Revoke'}
          </Button>
        </div>
      </div>
      {grant.app ? (
        <p className={screen.soft}>
          It can chat as any account that allowed this application, and hear what happens on its channel.
        </p>
      ) : grant.scopes.length === 0 ? (
        <ScopeGroups scopes={[]} compact />
      ) : (
        <Disclosure label={counted(grant.scopes.length, 'permission')}>
          <ScopeGroups scopes={grant.scopes} compact />
        </Disclosure>
      )}
    </li>
  );
}
