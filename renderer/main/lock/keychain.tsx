import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ProtectionView } from '../../../shared/views.ts';
import { Mark } from '../../components/brand.tsx';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import page from '../main-window.module.css';
import { SocketBanner } from '../status-banners.tsx';
import css from './lock.module.css';

interface Words {
  title: string;
  text: string;
  button: string;
}

const LOCKED: Words = {
  title: 'Your keychain is locked',
  text: 'Unlock it to use Castkey; your logins are safe.',
  button: 'Unlock keychain',
};
/** A Mac asks by itself when Castkey starts, and a no is kept until it starts again. */
const DENIED: Words = {
  title: 'Castkey may not use your keychain',
  text: 'Allow it when macOS asks; your logins are safe.',
  button: 'Try again',
};
const ABSENT: Words = {
  title: 'Your keychain can’t be reached',
  text: 'Start it to use Castkey; your logins are safe.',
  button: 'Try again',
};

/** The one thing to say, and to do, about a keychain that can't be used now. */
function keychainWords({ backend, needsKeychain }: Pick<ProtectionView, 'backend' | 'needsKeychain'>): Words {
  if (needsKeychain === 'absent') return ABSENT;
  return backend === 'keychain' ? DENIED : LOCKED;
}

/** Instead of all else while the keychain is shut: there is nothing to be seen or done before. */
export function KeychainScreen() {
  const protection = useVault((vault) => vault.protection);
  const [busy, setBusy] = useState(false);
  const { title, text, button } = keychainWords(protection);
  const unlock = async () => {
    setBusy(true);
    await ask(vaultCalls()['keychain.unlock']());
    setBusy(false);
  };
  return (
    <main className={page.page}>
      <div className={css.narrow}>
        <SocketBanner />
        <Mark size={44} />
        <h1>{title}</h1>
        <p className={page.lead}>{text}</p>
        <Button data-autofocus loading={busy} onClick={() => void unlock()}>
          {button}
        </Button>
      </div>
    </main>
  );
}
