import { useState } from 'react';
import { CallError, NotTwitchBanner } from '../components/window-banners.tsx';
import { announcementStore } from '../state/announce.ts';
import { useVault, vaultStore } from '../state/window-stores.ts';
import { DialogHost } from './dialogs/dialog-host.tsx';
import { Layout } from './layout.tsx';
import { KeychainScreen } from './lock/keychain.tsx';
import { PassphraseScreen } from './lock/passphrase.tsx';
import css from './main-window.module.css';
import { Onboarding } from './onboarding/onboarding.tsx';

/** The main window: nothing before the first state, then what keeps the logins shut, the first start, or the screens. */
export function MainWindow() {
  const loaded = vaultStore((state) => state.view !== null);
  return loaded ? <Content /> : <p className="unseen">Opening…</p>;
}

function Content() {
  const notTwitch = useVault((vault) => vault.notTwitch);
  return (
    <div className={css.window}>
      <NotTwitchBanner twitch={notTwitch} />
      <Screen />
      <DialogHost />
      <CallError />
      <Announcements />
    </div>
  );
}

function Announcements() {
  const { text, turn } = announcementStore();
  return (
    <p className="unseen" role="status" aria-label="News">
      <span key={turn}>{text}</span>
    </p>
  );
}

function Screen() {
  const [later, setLater] = useState(false);
  const needsPassphrase = useVault((vault) => vault.protection.needsPassphrase);
  const needsKeychain = useVault((vault) => vault.protection.needsKeychain !== null);
  // A bot may be let in before there is an application: then that question was the first start.
  const configured = useVault(({ applications, bots }) => applications.length > 0 || bots.length > 0);
  if (needsPassphrase && !later) return <PassphraseScreen onLater={() => setLater(true)} />;
  if (needsKeychain) return <KeychainScreen />;
  // Sealed, the application is there but can't be read: that is no first start.
  return configured || needsPassphrase ? <Layout /> : <Onboarding />;
}
