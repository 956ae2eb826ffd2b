import { useEffect, useRef } from 'react';
import type { ApprovalView } from '../../shared/prompt-views.ts';
import frame from '../components/prompt-window.module.css';
import { PromptBody } from '../components/prompt-window.tsx';
import { CallError, NotTwitchBanner } from '../components/window-banners.tsx';
import { counted } from '../format/phrases.ts';
import { approvalStore } from '../state/window-stores.ts';
import { Application } from './application.tsx';
import css from './approval.module.css';
import { decisionHint, HEADINGS } from './approval-words.ts';
import { Danger } from './danger.tsx';
import { useDecision } from './decision.ts';
import { DecisionButtons, TimeToAnswer } from './decision-buttons.tsx';
import { PeerDetails } from './peer-details.tsx';
import { usePresented } from './presented.ts';
import { Want } from './want.tsx';
import { Warnings } from './warnings.tsx';

/** The approval window: one request at a time, drawn anew for each. */
export function ApprovalWindow() {
  const { view, loaded } = approvalStore();
  return (
    <div className={frame.window}>
      <NotTwitchBanner twitch={view?.notTwitch} />
      <CallError />
      {view ? <Request key={view.id} view={view} /> : null}
      {loaded && !view ? <main className={frame.nothing}>No bot is asking for anything.</main> : null}
    </div>
  );
}

function Request(props: { view: ApprovalView }) {
  const { view } = props;
  const decision = useDecision(view);
  const guard = usePresented(view);
  const heading = useRef<HTMLHeadingElement>(null);
  // Never a button: whoever is typing when the window opens must not answer it by accident.
  useEffect(() => heading.current?.focus(), []);
  return (
    <main className={frame.page}>
      <Danger view={view} intents={decision.intents} />
      <PromptBody className={css.question} labelledBy="approval-heading">
        <header className={css.head}>
          <h1 id="approval-heading" ref={heading} tabIndex={-1} className={css.title}>
            {HEADINGS[view.kind]}
          </h1>
          <TimeToAnswer expiresAt={view.expiresAt} />
        </header>
        {view.waiting > 0 ? (
          <p className={css.waiting}>
            {counted(view.waiting, 'more request')} wait{view.waiting === 1 ? 's' : ''} behind this one.
          </p>
        ) : null}
        <Warnings view={view} />
        <PeerDetails view={view} />
        <Application id={view.id} application={view.application} decision={decision} />
        {view.wants.length === 0 ? <p>It asks for no account yet, only to be known here.</p> : null}
        {view.wants.map((want, index) => (
          <Want
            // biome-ignore lint/suspicious/noArrayIndexKey: a request's wants never change their order
            key={index}
            want={want}
            chosen={want.intent === null ? undefined : decision.intents[want.intent]}
            onChoose={decision.choose}
          />
        ))}
      </PromptBody>
      <div ref={guard} className={css.guard} data-over={view.answerable === 'all' || undefined} aria-hidden />
      <DecisionButtons
        decision={decision}
        hint={decision.lacking || decisionHint(view.kind)}
        endings={view.kind === 'changed' || view.wants.length === 0 ? null : view}
      />
    </main>
  );
}
