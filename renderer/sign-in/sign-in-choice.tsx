import { Loader } from '@mantine/core';
import { useCallback } from 'react';
import type { SignInView } from '../../shared/views.ts';
import { Banner } from '../components/banner.tsx';
import { Disclosure } from '../components/disclosure.tsx';
import frame from '../components/prompt-window.module.css';
import { PromptBody } from '../components/prompt-window.tsx';
import { ScopeGroups } from '../components/scope-groups.tsx';
import { durationWords } from '../format/time-words.ts';
import { useClock } from '../state/clock.ts';
import css from './sign-in.module.css';
import { CopyCode, DeviceCode, SignInButtons } from './sign-in-controls.tsx';
import { addressElsewhere, signInTitle, waitingBotsWords } from './sign-in-words.ts';

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
          <p className={css.soft}>{waitingBotsWords(view.bots)}</p>
        </header>
        <Progress view={view} />
        <NewScopes view={view} />
        {view.grantedScopes.length > 0 ? (
          <Disclosure label={`What it has already, and keeps (${view.grantedScopes.length})`}>
            <ScopeGroups scopes={view.grantedScopes} compact />
          </Disclosure>
        ) : null}
      </PromptBody>
      <SignInButtons view={view} />
    </main>
  );
}

function Progress(props: { view: SignInView }) {
  const { stage } = props.view;
  return (
    <>
      <Problem view={props.view} />
      {stage === 'checking' ? <Waiting>Checking with Twitch…</Waiting> : null}
      {stage === 'browser' ? (
        <Waiting>Waiting for you in the browser. Come back here when Twitch is done.</Waiting>
      ) : null}
      {stage === 'choose' || stage === 'browser' ? <CodeBox view={props.view} /> : null}
    </>
  );
}

/** What went wrong, or still does: Castkey goes on in the meantime. */
function Problem(props: { view: SignInView }) {
  const { problem } = props.view;
  return problem ? <Banner tone="warning">{problem}</Banner> : null;
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
  const { id, stage, userCode, verificationUri, expiresAt } = props.view;
  const left = useClock(useCallback((now: number) => durationWords(expiresAt - now), [expiresAt]));
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
