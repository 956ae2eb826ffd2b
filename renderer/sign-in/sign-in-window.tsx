import { useEffect } from 'react';
import type { SignInView } from '../../shared/views.ts';
import { TroubleBar } from '../components/call-error.tsx';
import { NotTwitchStripe } from '../components/not-twitch.tsx';
import frame from '../components/prompt-window.module.css';
import { ask } from '../state/ask.ts';
import { SignInChoice } from './sign-in-choice.tsx';
import { signInCalls, signInFeed } from './sign-in-feed.ts';
import { SignInStrip } from './twitch-page-header.tsx';

/** The sign-in window. Escape cancels, except over the Twitch page, where a stray key must not. */
export function SignInWindow() {
  const { view, heard } = signInFeed();
  useCancelKey(view);
  if (view?.stage === 'here') return <SignInStrip view={view} />;
  return (
    <div className={frame.window}>
      <NotTwitchStripe twitch={view?.notTwitch} />
      {view ? <SignInChoice key={view.id} view={view} /> : null}
      {heard && !view ? <main className={frame.nothing}>Nobody is signing in at the moment.</main> : null}
      <TroubleBar />
    </div>
  );
}

function useCancelKey(view: SignInView | null): void {
  const id = view?.stage === 'here' ? undefined : view?.id;
  useEffect(() => {
    if (id === undefined) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') void ask(signInCalls()['signIn.cancel']({ id }));
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [id]);
}
