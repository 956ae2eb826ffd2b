import { Button } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { PROMPT_GUARD } from '../../shared/ipc.ts';
import type { SignInView } from '../../shared/prompt-views.ts';
import frame from '../components/prompt-window.module.css';
import { PromptBody } from '../components/prompt-window.tsx';
import { ScopeGroups } from '../components/scope-groups.tsx';
import { durationWords } from '../format/time-words.ts';
import { ask } from '../state/ask.ts';
import { useClock } from '../state/clock.ts';
import { signInCalls } from '../state/preload-api.ts';
import css from './newcomer.module.css';
import { waitingBotsWords } from './sign-in-words.ts';

type Person = NonNullable<SignInView['person']>;

/** Whether it was the streamer who signed in, asked before anything of it is kept. Neither answer is the default. */
export function NewcomerQuestion(props: { view: SignInView; person: Person }) {
  const { view, person } = props;
  return (
    <main className={frame.page}>
      <PromptBody className={css.question} labelledBy="newcomer-heading">
        <header>
          <h1 id="newcomer-heading" className={css.title}>
            Is this you?
          </h1>
          <p className={css.soft}>{waitingBotsWords(view)}</p>
        </header>
        <section className={css.person} aria-label="Who signed in">
          <p className={css.soft}>Somebody signed in with your code. Twitch says it is</p>
          <p className={css.name}>{person.login}</p>
          <p className={css.soft}>user ID {person.userId}, new in Castkey</p>
        </section>
        <p>
          Keep it only if that is you, or an account of yours such as your bot’s. Whoever sees or reads the
          code can sign in with it as somebody else.
        </p>
        <section className={css.scopes} aria-labelledby="newcomer-scopes">
          <h2 id="newcomer-scopes">{heldWords(person)}</h2>
          {person.scopes.length > 0 ? <ScopeGroups scopes={person.scopes} compact /> : null}
        </section>
      </PromptBody>
      <Answers view={view} person={person} />
    </main>
  );
}

/** Without a frame for so long, the screen stood still or showed something else. */
const MAX_STILL_MS = 1_000;

/**
 * True once the question has been drawn frame after frame for a while, and `at` (ms since 1970) has come as well: a
 * window that is hidden, or a screen that stands still, draws none, and the time counts anew.
 */
function useSeenSince(at: number): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    let since: number | null = null;
    let last = 0;
    const drawn = (now: number) => {
      if (since === null || now - last > MAX_STILL_MS) since = now;
      last = now;
      if (now - since >= PROMPT_GUARD.allowMs && Date.now() >= at) setSeen(true);
      else request = requestAnimationFrame(drawn);
    };
    let request = requestAnimationFrame(drawn);
    return () => cancelAnimationFrame(request);
  }, [at]);
  return seen;
}

const heldWords = ({ scopes }: Person): string =>
  scopes.length > 0
    ? 'Castkey would keep this login. With it, a bot you allow can'
    : 'Castkey would keep this login. With it, a bot you allow can see the public name, and nothing else.';

function Answers(props: { view: SignInView; person: Person }) {
  const { id } = props.view;
  const { userId, keepAt, expiresAt } = props.person;
  const [busy, setBusy] = useState(false);
  const early = !useSeenSince(keepAt);
  const left = useClock(useCallback((now: number) => durationWords(expiresAt - now), [expiresAt]));
  const answer = async (call: ReturnType<ReturnType<typeof signInCalls>['signIn.notMe']>) => {
    setBusy(true);
    if (!(await ask(call))) setBusy(false);
  };
  return (
    <footer className={css.foot}>
      <p className={css.soft}>
        Not me: the login is ended at Twitch, and nothing is kept. The same happens without an answer, in{' '}
        {left}.
      </p>
      <div className={css.answers}>
        <Button
          size="md"
          variant="default"
          disabled={busy}
          onClick={() => void answer(signInCalls()['signIn.notMe']({ id }))}
        >
          Not me
        </Button>
        <Button
          size="md"
          variant="light"
          disabled={busy || early}
          onClick={() => void answer(signInCalls()['signIn.keep']({ id, userId }))}
        >
          Keep
        </Button>
      </div>
    </footer>
  );
}
