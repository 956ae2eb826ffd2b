import { useCallback, useEffect, useState } from 'react';
import { type ApprovalChoice, NEW_ACCOUNT } from '../../shared/ipc.ts';
import type { ApprovalView } from '../../shared/prompt-views.ts';
import { isDangerousYes } from '../../shared/token-reach.ts';
import { ask } from '../state/ask.ts';
import { approvalCalls } from '../state/preload-api.ts';

/** What the streamer has chosen so far, and the ways to decide. */
export interface PendingDecision {
  /** Intents nobody has → the user ID chosen for each, `NEW_ACCOUNT` or `LATER`; nothing where she hasn't chosen yet. */
  intents: Record<string, string>;
  choose: (intent: string, userId: string) => void;
  /** Client ID of the application she chose where the bot names none; null before that. */
  application: string | null;
  chooseApplication: (clientId: string) => void;
  /** What she has to choose before a yes; empty when nothing is missing. */
  lacking: string;
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

/** The jobs nobody has. */
const openIntents = ({ wants }: ApprovalView) =>
  wants.flatMap(({ intent, account, choices }) => (intent !== null && !account ? [{ intent, choices }] : []));

/** Without any account somebody new has to sign in; among accounts she chooses, and nothing is chosen for her. */
function firstChoices(view: ApprovalView): Record<string, string> {
  const fresh = openIntents(view).filter(({ choices }) => choices.length === 0);
  return Object.fromEntries(fresh.map(({ intent }) => [intent, NEW_ACCOUNT]));
}

function lackingWords(
  view: ApprovalView,
  intents: Record<string, string>,
  application: string | null,
): string {
  if (view.application?.state === 'missing' && application === null) {
    const some = view.application.choices.length > 0;
    return some ? 'Choose the Twitch application first.' : 'Set up a Twitch application first.';
  }
  const open = openIntents(view).some(({ intent }) => !Object.hasOwn(intents, intent));
  return open ? 'Choose who gets the job first.' : '';
}

/** Holds what the streamer chooses for one request, and sends her decision once. Escape means deny. */
export function useDecision(view: ApprovalView): PendingDecision {
  const [intents, setIntents] = useState(() => firstChoices(view));
  const [application, chooseApplication] = useState<string | null>(null);
  const [understood, understand] = useState(false);
  const [busy, setBusy] = useState(false);
  const { id, digest, answerable, wants } = view;
  const dangerous = isDangerousYes(wants, intents);
  const lacking = lackingWords(view, intents, application);
  const mayAllow = answerable === 'all' && !view.otherProgram && !busy && lacking === '';
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
      const whole = {
        ...answer,
        ...(chosen && { intents: Object.fromEntries(given) }),
        ...(decision !== 'deny' && application !== null && { application }),
      };
      void ask(approvalCalls()['approval.decide'](whole)).then((done) => {
        if (!done) setBusy(false);
      });
    },
    [id, digest, intents, application, understood],
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
  const choices = { intents, choose, application, chooseApplication, lacking };
  return { ...choices, dangerous, understood, understand, open, decide };
}
