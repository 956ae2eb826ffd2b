import { feed } from './data/feed.ts';
import { showPage } from './look/page-root.tsx';
import { signInCalls, signInFeed } from './sign-in/sign-in-feed.ts';
import { SignInWindow } from './sign-in/sign-in-window.tsx';

const calls = signInCalls();
feed(signInFeed, { read: calls['signIn.read'], onState: calls.onState });
showPage(<SignInWindow />);
