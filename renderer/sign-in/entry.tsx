import { feed } from '../state/view-store.ts';
import { showPage } from '../theme/page-root.tsx';
import { signInCalls, signInFeed } from './sign-in-feed.ts';
import { SignInWindow } from './sign-in-window.tsx';

const calls = signInCalls();
feed(signInFeed, { read: calls['signIn.read'], onState: calls.onState });
showPage(<SignInWindow />);
