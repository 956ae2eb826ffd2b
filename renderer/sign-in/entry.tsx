import { signInCalls } from '../state/preload-api.ts';
import { connectViewStore } from '../state/view-store.ts';
import { signInStore } from '../state/window-stores.ts';
import { showPage } from '../theme/page-root.tsx';
import { SignInWindow } from './sign-in-window.tsx';

const calls = signInCalls();
connectViewStore(signInStore, { read: calls['signIn.read'], onState: calls.onState });
showPage(<SignInWindow />);
