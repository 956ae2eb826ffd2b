import { ActionButton } from '../components/action-button.tsx';
import { Banner } from '../components/banner.tsx';
import { ask } from '../state/ask.ts';
import { vaultCalls } from '../state/preload-api.ts';
import { useVault } from '../state/window-stores.ts';
import { IconPlugConnectedX, IconShieldOff } from '../theme/icons.ts';
import { openDialog } from './dialogs/open-dialog.ts';
import { LockBanner } from './lock/lock-banner.tsx';
import { useLockedWhy } from './lock/use-locked-why.ts';
import { QuestionsBanner } from './questions-banner.tsx';
import css from './status-banners.module.css';

/** What holds on every screen until it is settled, gravest first, and notices. */
export function StatusBanners() {
  const notices = useVault((vault) => vault.notices);
  return (
    <div className={css.banners}>
      <LockBanner />
      <QuestionsBanner />
      <SocketBanner />
      <ProtectionBanner />
      <ElectronBanner />
      {notices.map((notice) => (
        <Banner
          key={notice.id}
          tone={notice.tone}
          onDismiss={() => void ask(vaultCalls()['notice.dismiss']({ id: notice.id }))}
        >
          {notice.text}
        </Banner>
      ))}
    </div>
  );
}

/** Shown at the first start, too: a bot can't be connected while it holds. */
export function SocketBanner() {
  const problem = useVault((vault) => vault.socketProblem);
  if (!problem) return null;
  return (
    <Banner tone="error" icon={IconPlugConnectedX} title="Bots can’t reach Castkey.">
      {problem}
    </Banner>
  );
}

function ProtectionBanner() {
  const kind = useVault((vault) => vault.protection.kind);
  const damaged = useVault((vault) => vault.protection.damaged);
  const locked = useLockedWhy();
  if (damaged) return <DamagedBanner inMemory={kind === 'weak' || kind === 'none'} />;
  if (kind !== 'weak' && kind !== 'none') return null;
  return (
    <Banner
      tone="warning"
      icon={IconShieldOff}
      title="Your logins are kept in memory only."
      action={
        <ActionButton
          size="xs"
          variant="default"
          why={locked}
          onClick={() => openDialog({ kind: 'set-passphrase' })}
        >
          Set a passphrase
        </ActionButton>
      }
    >
      This system has no safe place for them, so they are gone when Castkey quits. With a passphrase they can
      stay.
    </Banner>
  );
}

/** What makes the passphrase's key is lost, with its copy: nothing else can open what it sealed. */
function DamagedBanner(props: { inMemory: boolean }) {
  const anew = (
    <ActionButton size="xs" variant="default" onClick={() => openDialog({ kind: 'set-passphrase' })}>
      Set a new passphrase
    </ActionButton>
  );
  return (
    <Banner
      tone="error"
      icon={IconShieldOff}
      title="Your saved logins can’t be opened."
      action={props.inMemory ? anew : null}
    >
      The file that goes with your passphrase is damaged, and so is its copy: “documents/protection.json” in
      Castkey’s profile. Put it back from a copy of your files and start Castkey again, restore a backup, or
      sign in anew. Nothing was deleted.
    </Banner>
  );
}

/** With the real Twitch an outdated Chromium is a risk; with a stand-in there is nothing to take. */
export function ElectronBanner() {
  const electron = useVault((vault) => vault.electron);
  const pretend = useVault((vault) => vault.notTwitch !== null);
  if (!electron.outdated || pretend) return null;
  return (
    <Banner tone="warning" title="Castkey runs on an old version of Electron.">
      Version {electron.version} no longer gets security fixes. Before you use it with the real Twitch,
      install the newest Castkey, or run “npx install-electron” with Node 22.12 or newer and start again.
    </Banner>
  );
}
