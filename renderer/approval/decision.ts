import { useCallback, useEffect, useState } from 'react';
import type { ApprovalChoice } from '../../shared/ipc.ts';
import type { ApprovalView } from '../../shared/prompt-views.ts';
import { isDangerousYes } from '../../shared/token-reach.ts';
import { ask } from '../state/ask.ts';
import { approvalCalls } from '../state/preload-api.ts';

/** What the streamer has chosen so far, and the ways to decide. */
export interface PendingDecision {
  /** Intents nobody has → the user ID chosen for each, or `LATER`. */
  intents: Record<string, string>;
  choose: (intent: string, userId: string) => void;
  /** Whether a yes would give away something dangerous. */
  dangerous: boolean;
  /** She has ticked that she understands that. */
  understood: boolean;
  understand: (understood: boolean) => void;
  /** Whether each answer can be given by now. */
  open: Record<ApprovalChoice, boolean>;
  decide: (decision: ApprovalChoice) => void;
}

/** In place of a user ID: the intent stays nobody's for now. */
export const LATER = '';

/** An intent with only one account to choose from is given to it; among several she must choose. */
function firstChoices(view: ApprovalView): Record<string, string> {
  const open = view.wants.flatMap(({ intent, account, choices }) =>
    intent !== null && !account && choices[0]
      ? [[intent, choices.length === 1 ? choices[0].userId : LATER]]
      : [],
  );
  return Object.fromEntries(open);
}

/** Holds what the streamer chooses for one request, and sends her decision once. Escape means deny. */
export function useDecision(view: ApprovalView): PendingDecision {
  const [intents, setIntents] = useState(() => firstChoices(view));
  const [understood, understand] = useState(false);
  const [busy, setBusy] = useState(false);
  const { id, digest, answerable, wants } = view;
  const dangerous = isDangerousYes(wants, intents);
  const mayAllow = answerable === 'all' && !view.otherProgram && !busy;
  const mayLast = mayAllow && (understood || !dangerous);
  const open = {
    deny: answerable !== 'nothing' && !busy,
    once: mayAllow,
    always: mayLast,
    'until-stream-ends': mayLast,
    'for-8-hours': mayLast,
  };
  const decide = useCallback(
    (decision: ApprovalChoice) => {
      setBusy(true);
      const given = Object.entries(intents).filter(([, userId]) => userId !== LATER);
      const chosen = decision !== 'deny' && given.length > 0;
      const ticked = decision !== 'once' && decision !== 'deny' && understood;
      const answer = { id, digest, decision, ...(ticked && { understood }) };
      const whole = { ...answer, ...(chosen && { intents: Object.fromEntries(given) }) };
      void ask(approvalCalls()['approval.decide'](whole)).then((done) => {
        if (!done) setBusy(false);
      });
    },
    [id, digest, intents, understood],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // In the menu it closes the menu.
      const inMenu =
        event.target instanceof Element && event.target.closest('[role=menu],[aria-expanded=true]');
      if (event.key === 'Escape' && !inMenu) decide('deny');
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [decide]);
  const choose = (intent: string, userId: string) => setIntents({ ...intents, [intent]: userId });
  return { intents, choose, dangerous, understood, understand, open, decide };
}
