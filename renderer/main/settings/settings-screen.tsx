import { Button } from '@mantine/core';
import type { MainCalls } from '../../../shared/ipc.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Banner } from '../../components/banner.tsx';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconExternalLink } from '../../theme/icons.ts';
import { ApplicationsSection } from '../applications/applications-section.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import { ScreenHeader } from '../screen.tsx';
import { BackupSection } from './backup-section.tsx';
import { LockSection } from './lock-section.tsx';
import { ProtectionSection } from './protection-section.tsx';
import { changeSettings, Section, Setting, SwitchSetting } from './setting-row.tsx';
import css from './settings.module.css';

/** Everything that can be set, and what this Castkey is. */
export function SettingsScreen() {
  return (
    <>
      <ScreenHeader title="Settings" />
      <ApplicationsSection />
      <TwitchSection />
      <ProtectionSection />
      <LockSection />
      <BackupSection />
      <BehaviourSection />
      <AboutSection />
    </>
  );
}

function TwitchSection() {
  const notTwitch = useVault((vault) => vault.notTwitch);
  const locked = useLockedWhy();
  return (
    <Section title="Twitch">
      {notTwitch && !notTwitch.builtIn ? (
        <Setting
          name="Stand-in for Twitch"
          hint="Set from outside when Castkey was started."
          value={notTwitch.url}
        />
      ) : (
        <Setting
          name="Sandbox"
          hint="A pretend Twitch on this computer, to rehearse with. Your real accounts are kept apart."
        >
          <ActionButton
            variant="default"
            size="xs"
            why={locked}
            onClick={() => void ask(vaultCalls()['sandbox.use']({ on: notTwitch === null }))}
          >
            {notTwitch ? 'Leave the sandbox' : 'Enter the sandbox'}
          </ActionButton>
        </Setting>
      )}
      <Setting
        name="Apps with access to your channel"
        hint="Twitch’s own list; you can disconnect any of them there."
      >
        <PageButton page="twitch-connections">Open on Twitch</PageButton>
      </Setting>
    </Section>
  );
}

function BehaviourSection() {
  const settings = useVault((vault) => vault.settings);
  const streamMode = useVault((vault) => vault.stream.mode);
  return (
    <Section title="On this computer">
      <SwitchSetting
        name="Stream mode"
        hint="Bots’ questions come as notifications and wait for you here; no window opens by itself."
        on={streamMode}
        onChange={(on) => void ask(vaultCalls()['stream.setMode']({ on }))}
      />
      <SwitchSetting
        name="Open at login"
        hint="Start quietly with the computer, so that bots find Castkey."
        on={settings.openAtLogin}
        onChange={(openAtLogin) => changeSettings({ openAtLogin })}
      />
      <SwitchSetting
        name="Stay in the tray"
        hint="Closing the window keeps Castkey running for your bots."
        on={settings.closeToTray}
        onChange={(closeToTray) => changeSettings({ closeToTray })}
      />
      <SwitchSetting
        name="Notifications"
        hint="Say when a login needs you, and when a bot’s question waits without a window."
        on={settings.notify}
        onChange={(notify) => changeSettings({ notify })}
      />
    </Section>
  );
}

function AboutSection() {
  const version = useVault((vault) => vault.version);
  const electron = useVault((vault) => vault.electron);
  const socketPath = useVault((vault) => vault.socketPath);
  const passedOver = useVault((vault) => vault.passedOver);
  return (
    <Section title="About">
      <Setting
        name={`Castkey ${version}`}
        hint={`Electron ${electron.version}. Not made or endorsed by Twitch.`}
      >
        <PageButton page="help">Help</PageButton>
      </Setting>
      {electron.outdated ? (
        <div className={css.row}>
          <Banner tone="warning">
            This Electron no longer gets security fixes. Install the newest Castkey.
          </Banner>
        </div>
      ) : null}
      <Setting
        name="Address for bots"
        hint={['Where programs on this computer reach Castkey.', ...passedOver].join(' ')}
        value={<code>{socketPath}</code>}
      />
    </Section>
  );
}

function PageButton(props: { page: Parameters<MainCalls['page.open']>[0]['page']; children: string }) {
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconExternalLink size={15} aria-hidden />}
      onClick={() => void ask(vaultCalls()['page.open']({ page: props.page }))}
    >
      {props.children}
    </Button>
  );
}
