import { useCallback, useEffect, useState } from 'react';
import type { ApprovalChoice } from '../../shared/ipc.ts';
import type { ApprovalView } from '../../shared/views.ts';
import { ask } from '../state/ask.ts';
import { approvalCalls } from '../state/preload-api.ts';

/** What the streamer has chosen so far, and the ways to decide. */
export interface PendingDecision {
  /** Intents nobody has → the user ID chosen for each, or `LATER`. */
  intents: Record<string, string>;
  choose: (intent: string, userId: string) => void;
  /** Why Allow can't be clicked yet; empty when it can. */
  blocked: '' | 'early' | 'busy';
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

/** False until `at` (ms since 1970), so that a click meant for another window can't allow anything. */
function useReached(at: number): boolean {
  const [reached, setReached] = useState(() => Date.now() >= at);
  useEffect(() => {
    if (reached) return;
    const timer = setTimeout(() => setReached(true), Math.max(0, at - Date.now()));
    return () => clearTimeout(timer);
  }, [at, reached]);
  return reached;
}

/** Holds what the streamer chooses for one request, and sends her decision once. Escape means deny. */
export function useDecision(view: ApprovalView): PendingDecision {
  const [intents, setIntents] = useState(() => firstChoices(view));
  const [busy, setBusy] = useState(false);
  const mayAllow = useReached(view.allowAt);
  const blocked = busy ? 'busy' : mayAllow ? '' : 'early';
  const { id } = view;
  const decide = useCallback(
    (decision: ApprovalChoice) => {
      setBusy(true);
      const given = Object.entries(intents).filter(([, userId]) => userId !== LATER);
      const chosen = decision !== 'deny' && given.length > 0;
      const answer = { id, decision, ...(chosen && { intents: Object.fromEntries(given) }) };
      void ask(approvalCalls()['approval.decide'](answer)).then((done) => {
        if (!done) setBusy(false);
      });
    },
    [id, intents],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') decide('deny');
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [decide]);
  const choose = (intent: string, userId: string) => setIntents({ ...intents, [intent]: userId });
  return { intents, choose, blocked, decide };
}
