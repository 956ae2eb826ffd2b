import { useEffect } from 'react';
import type { SignInView } from '../../shared/prompt-views.ts';
import frame from '../components/prompt-window.module.css';
import { CallError, NotTwitchBanner } from '../components/window-banners.tsx';
import { signInStore } from '../state/window-stores.ts';
import { NewcomerQuestion } from './newcomer.tsx';
import { SignInChoice } from './sign-in-choice.tsx';
import { cancelSignIn } from './sign-in-controls.tsx';
import { TwitchPageHeader } from './twitch-page-header.tsx';

/** The sign-in window. Escape cancels, except over the Twitch page, where a stray key must not. */
export function SignInWindow() {
  const { view, loaded } = signInStore();
  useCancelKey(view);
  if (view?.stage === 'here') return <TwitchPageHeader view={view} />;
  return (
    <div className={frame.window}>
      <NotTwitchBanner twitch={view?.notTwitch} />
      <CallError />
      {view?.person ? <NewcomerQuestion key={view.person.userId} view={view} person={view.person} /> : null}
      {view && !view.person ? <SignInChoice key={view.id} view={view} /> : null}
      {loaded && !view ? <main className={frame.nothing}>Nobody is signing in at the moment.</main> : null}
    </div>
  );
}

function useCancelKey(view: SignInView | null): void {
  const id = view?.stage === 'here' ? undefined : view?.id;
  useEffect(() => {
    if (id === undefined) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') cancelSignIn(id);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [id]);
}
