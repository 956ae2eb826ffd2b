import { feed } from '../state/view-store.ts';
import { vaultCalls, vaultFeed } from '../state/window-stores.ts';
import { showPage } from '../theme/page-root.tsx';
import { MainWindow } from './main-window.tsx';

const calls = vaultCalls();
feed(vaultFeed, { read: calls['state.read'], onState: calls.onState });
showPage(<MainWindow />);
