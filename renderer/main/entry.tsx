import { vaultCalls } from '../state/preload-api.ts';
import { connectViewStore } from '../state/view-store.ts';
import { vaultStore } from '../state/window-stores.ts';
import { showPage } from '../theme/page-root.tsx';
import { MainWindow } from './main-window.tsx';

const calls = vaultCalls();
connectViewStore(vaultStore, { read: calls['state.read'], onState: calls.onState });
showPage(<MainWindow />);
