import { Button } from '@mantine/core';
import { announce } from '../../state/announce.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconLock } from '../../theme/icons.ts';
import { ChoiceSetting, changeSettings, Section, Setting, SwitchSetting } from './setting-row.tsx';
import css from './settings.module.css';

const NEVER = 'never';
const MINUTES = [5, 10, 15, 30, 60];

/** When Castkey locks itself, and what goes on meanwhile. */
export function LockSection() {
  const settings = useVault((vault) => vault.settings);
  const after = settings.lockAfterMinutes;
  // Another number may have been set elsewhere: it is shown rather than changed behind her back.
  const minutes =
    after === null || MINUTES.includes(after) ? MINUTES : [...MINUTES, after].sort((a, b) => a - b);
  return (
    <Section title="Lock">
      <LockNow />
      <ChoiceSetting
        name="Lock when I’m away"
        hint="After so long without mouse or keyboard. Playing with a gamepad alone may count as being away."
        value={after === null ? NEVER : String(after)}
        choices={[
          { value: NEVER, label: 'Never' },
          ...minutes.map((count) => ({ value: String(count), label: `After ${count} minutes` })),
        ]}
        onChoose={(value) => changeSettings({ lockAfterMinutes: value === NEVER ? null : Number(value) })}
      />
      <SwitchSetting
        name="Lock with the screen"
        hint="When the computer’s screen is locked, Castkey is, too."
        on={settings.lockWithScreen}
        onChange={(lockWithScreen) => changeSettings({ lockWithScreen })}
      />
      <SwitchSetting
        name="Keep logins fresh while locked"
        hint="Castkey goes on renewing them, so that none runs out. Bots still get nothing."
        on={settings.refreshWhileLocked}
        onChange={(refreshWhileLocked) => changeSettings({ refreshWhileLocked })}
      />
    </Section>
  );
}

function LockNow() {
  const locked = useVault((vault) => vault.locked);
  const hasPassphrase = useVault((vault) => vault.protection.kind === 'passphrase');
  const hint = hasPassphrase
    ? 'Bots get no tokens until you unlock it with your passphrase; those they have work on until they expire.'
    : 'Bots get no tokens until you unlock it; those they have work on until they expire. Without a passphrase, whoever sits at your desk can usually unlock it.';
  const lock = async () => {
    if (await ask(vaultCalls()['vault.lock']())) announce('Locked.');
  };
  return (
    <Setting name="Lock" hint={hint}>
      {locked ? (
        <span className={css.soft}>Locked now</span>
      ) : (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconLock size={15} aria-hidden />}
          onClick={() => void lock()}
        >
          Lock now
        </Button>
      )}
    </Setting>
  );
}
