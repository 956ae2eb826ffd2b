import { Loader } from '@mantine/core';
import { useCallback } from 'react';
import type { SignInView } from '../../shared/prompt-views.ts';
import { Banner } from '../components/banner.tsx';
import { Disclosure } from '../components/disclosure.tsx';
import frame from '../components/prompt-window.module.css';
import { PromptBody } from '../components/prompt-window.tsx';
import { ScopeGroups } from '../components/scope-groups.tsx';
import { listed } from '../format/phrases.ts';
import { safeText } from '../format/safe-text.ts';
import { durationWords } from '../format/time-words.ts';
import { useClock } from '../state/clock.ts';
import css from './sign-in.module.css';
import { CopyCode, DeviceCode, FailedButtons, FinishAnyway, SignInButtons } from './sign-in-controls.tsx';
import {
  addressElsewhere,
  applicationWords,
  intentWords,
  signInTitle,
  waitingBotsWords,
} from './sign-in-words.ts';

/** Every stage but the one in which Twitch's own page is shown. */
export function SignInChoice(props: { view: SignInView }) {
  const { view } = props;
  return (
    <main className={frame.page}>
      <PromptBody className={css.question} labelledBy="sign-in-heading">
        <header>
          <h1 id="sign-in-heading" className={css.title}>
            {signInTitle(view)}
          </h1>
          {view.abandoned ? null : <p className={css.soft}>{waitingBotsWords(view)}</p>}
          <p className={css.soft}>{applicationWords(view)}</p>
          <p className={css.job}>{intentWords(view)}</p>
        </header>
        <Progress view={view} />
        <NewScopes view={view} />
        {view.grantedScopes.length > 0 ? (
          <Disclosure label={`What it has already, and keeps (${view.grantedScopes.length})`}>
            <ScopeGroups scopes={view.grantedScopes} compact />
          </Disclosure>
        ) : null}
      </PromptBody>
      {view.stage === 'failed' ? <FailedButtons id={view.id} /> : <SignInButtons view={view} />}
    </main>
  );
}

function Progress(props: { view: SignInView }) {
  const { stage } = props.view;
  return (
    <>
      <Abandoned view={props.view} />
      <Problem view={props.view} />
      {stage === 'choose' && !props.view.userCode && !props.view.problem ? (
        <Waiting>Asking Twitch for a code…</Waiting>
      ) : null}
      {stage === 'checking' ? <Waiting>Checking with Twitch…</Waiting> : null}
      {stage === 'browser' ? (
        <Waiting>Waiting for you in the browser. Come back here when Twitch is done.</Waiting>
      ) : null}
      {stage === 'choose' || stage === 'browser' ? <CodeBox view={props.view} /> : null}
    </>
  );
}

/** Whoever wanted it has given up waiting. What she has begun goes on all the same. */
function Abandoned(props: { view: SignInView }) {
  const { id, abandoned, stopped, expected } = props.view;
  if (!abandoned) return null;
  return (
    <Banner
      tone="warning"
      title={`${listed(stopped.map(safeText))} stopped waiting.`}
      action={<FinishAnyway id={id} />}
    >
      {expected ? `What you allow is kept for ${expected.login}` : 'The login is kept'} and there when the bot
      asks again.
    </Banner>
  );
}

/** What went wrong, or still does: unless it has failed, Castkey goes on in the meantime. */
function Problem(props: { view: SignInView }) {
  const { problem, stage, expected } = props.view;
  if (!problem) return null;
  if (stage !== 'failed') return <Banner tone="warning">{problem}</Banner>;
  return (
    <Banner tone="error" title="That did not work.">
      {problem}
      {expected
        ? ` To sign in as ${expected.login} in your browser, sign out of the other account there first.`
        : null}
    </Banner>
  );
}

function Waiting(props: { children: string }) {
  return (
    <p className={css.wait} role="status">
      <Loader size={18} aria-hidden />
      {props.children}
    </p>
  );
}

function CodeBox(props: { view: SignInView }) {
  const { id, stage, userCode, verificationUri, codeExpiresAt } = props.view;
  const left = useClock(useCallback((now: number) => durationWords(codeExpiresAt - now), [codeExpiresAt]));
  if (!userCode) return null;
  const elsewhere = verificationUri === null ? null : addressElsewhere(verificationUri);
  return (
    <section className={css.codeBox} aria-label="Code for Twitch">
      <p className={css.soft}>
        {stage === 'browser'
          ? 'Type or paste this code on the page at Twitch'
          : 'If Twitch asks for a code, it is'}
      </p>
      <DeviceCode code={userCode} />
      <CopyCode id={id} />
      <div className={`${css.soft} ${css.codeNotes}`}>
        {elsewhere === null ? null : (
          <p>
            {stage === 'browser' ? 'No page? It is' : 'On another device, type it at'}{' '}
            <code>{elsewhere}</code>
          </p>
        )}
        <p className={css.left}>Good for {left}</p>
      </div>
    </section>
  );
}

function NewScopes(props: { view: SignInView }) {
  const { newScopes, expected } = props.view;
  if (newScopes.length === 0 && expected) {
    return <p className={css.soft}>Nothing new is asked for: the account keeps what it has.</p>;
  }
  return (
    <section className={css.scopes} aria-labelledby="new-heading">
      <h2 id="new-heading">
        {props.view.grantedScopes.length > 0 ? 'New: with it, a bot can' : 'With it, a bot can'}
      </h2>
      <ScopeGroups scopes={newScopes} />
    </section>
  );
}
