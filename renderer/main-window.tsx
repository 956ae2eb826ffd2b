import { feed } from './data/feed.ts';
import { vaultCalls, vaultFeed } from './data/vault.ts';
import { showPage } from './look/page-root.tsx';
import { MainWindow } from './screens/main-window.tsx';

const calls = vaultCalls();
feed(vaultFeed, { read: calls['state.read'], onState: calls.onState });
showPage(<MainWindow />);
