/** Questions to the streamer, one window at a time: equal ones merged, a denial remembered. */

import { LIMITS } from '../../../shared/protocol.ts';
import type { ApprovalView, ApprovalWantView, ProgramChangeView } from '../../../shared/views.ts';
import type { Deps, Peer } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { createPromptLimiter } from './prompt-limiter.ts';

/** Allow can't be clicked before: a click meant for another window must not hit it. */
const ALLOW_AFTER_MS = 1_500;
/** A question nobody answers counts as denied. */
const ANSWER_MS = 60_000;
const DENIAL_MS = 10 * 60_000;
/** More waiting questions than this are denied unseen: a flood must not markDead a real one. */
const QUEUE = 20;

/** What the streamer is asked about a bot. */
export interface ApprovalRequest {
  kind: 'pair' | 'grant' | 'changed';
  /** Who asks, for merging and for remembering a denial: a pairing key, or the program's facts. */
  from: string;
  /** Equal questions are merged only when this is equal, too. */
  apart?: string;
  /** Whose place in the queue it takes: a pairing key, or the program. */
  source: string;
  /** Paired bots go ahead of strangers. */
  paired: boolean;
  claimedName: string;
  reason: string;
  facts: Peer;
  changes: ProgramChangeView[];
  similarNames: ApprovalView['similarNames'];
  wants: ApprovalWantView[];
}
/**
 * Her answer, or why there is none. `question` is the same for all who waited for one decision.
 * `remembered`: she said no to the same a few minutes ago.
 */
export type Decision =
  | { kind: 'always' | 'once'; intents: Record<string, string>; question: string }
  | { kind: 'denied' | 'remembered' | 'timeout' | 'full' | 'locked' | 'closing' }
  /** Too many of its questions came to nothing. */
  | { kind: 'tired'; retryAfterMs: number };

/** Asks the streamer, one question at a time. */
export interface Approvals {
  /** Resolves when the streamer has decided, or after `deadlineMs` with `timeout`. */
  ask(question: ApprovalRequest, deadlineMs: number, signal: AbortSignal): Promise<Decision>;
  view(): ApprovalView | null;
  /** False when that question is no longer shown, or Allow came too early. */
  decide(id: string, verdict: 'always' | 'once' | 'deny', intents: Record<string, string>): boolean;
  /** The window was closed. */
  closed(): void;
  /** Answers all who wait. */
  stop(why: 'locked' | 'closing'): void;
}

interface Waiting {
  id: string;
  key: string;
  question: ApprovalRequest;
  shown: { allowAt: number; expiresAt: number; cancel: () => void } | null;
  waiters: Set<(verdict: Decision) => void>;
}

type ApprovalDeps = Pick<Deps, 'clock' | 'timers' | 'random' | 'approval' | 'twitch'>;

/** Nothing is shown before the first question. */
export function createApprovals(deps: ApprovalDeps, locked: () => boolean, changed: () => void): Approvals {
  const queue: Waiting[] = [];
  const denials = new Map<string, number>();
  /** Windows of paired bots; strangers are counted where they are paired. */
  const refused = createPromptLimiter(deps.clock, LIMITS.refusals);

  const look = (shown: Waiting): ApprovalView => ({
    ...viewOf(shown, queue.length - 1),
    notTwitch: deps.twitch.standIn,
  });

  function settle(waiting: Waiting, verdict: Decision): void {
    const place = queue.indexOf(waiting);
    if (place < 0) return;
    queue.splice(place, 1);
    waiting.shown?.cancel();
    const { source, paired } = waiting.question;
    const toNothing = verdict.kind === 'denied' || verdict.kind === 'timeout';
    if (paired && waiting.shown && toNothing) refused.add(source);
    for (const resolve of waiting.waiters) resolve(verdict);
    if (waiting.shown) showNext();
    changed();
  }

  function showNext(): void {
    const next = queue[0];
    if (next === undefined) return deps.approval.hide();
    if (next.shown === null) {
      const now = deps.clock.now();
      const cancel = deps.timers.after(ANSWER_MS, () => settle(next, { kind: 'timeout' }));
      next.shown = { allowAt: now + ALLOW_AFTER_MS, expiresAt: now + ANSWER_MS, cancel };
    }
    deps.approval.show(look(next));
  }

  function enqueue(key: string, question: ApprovalRequest): Waiting {
    const waiting: Waiting = {
      id: randomText(deps.random, 9),
      key,
      question,
      shown: null,
      waiters: new Set(),
    };
    // What is shown stays: it must not change under her hand.
    const stranger = queue.findIndex((other) => !other.question.paired && other.shown === null);
    queue.splice(question.paired && stranger >= 0 ? stranger : queue.length, 0, waiting);
    return waiting;
  }

  /** Whether there is room for one more; a paired bot's question takes the place of a stranger's. */
  function makeRoom({ source, paired }: ApprovalRequest): boolean {
    if (queue.filter(({ question }) => question.source === source).length >= LIMITS.questions) return false;
    if (queue.length < QUEUE) return true;
    const last = queue.at(-1);
    if (!paired || last === undefined || last.question.paired || last.shown !== null) return false;
    settle(last, { kind: 'full' });
    return true;
  }

  function deny(waiting: Waiting): void {
    denials.set(waiting.key, deps.clock.now() + DENIAL_MS);
    settle(waiting, { kind: 'denied' });
  }

  return {
    ask(question, deadlineMs, signal) {
      if (signal.aborted) return Promise.resolve({ kind: 'timeout' });
      // Locked since whoever asks was let through: no window may open any more.
      if (locked()) return Promise.resolve({ kind: 'locked' });
      const key = keyOf(question);
      forgetOld(denials, deps.clock.now());
      if (denials.has(key)) return Promise.resolve({ kind: 'remembered' });
      const same = queue.find((waiting) => waiting.key === key && waiting.question.apart === question.apart);
      const retryAfterMs = question.paired ? refused.barredFor(question.source) : 0;
      if (!same && retryAfterMs > 0) return Promise.resolve({ kind: 'tired', retryAfterMs });
      if (!same && !makeRoom(question)) return Promise.resolve({ kind: 'full' });
      const waiting = same ?? enqueue(key, question);
      return new Promise((resolve) => {
        const leave = (verdict: Decision): void => {
          cancel();
          signal.removeEventListener('abort', gone);
          waiting.waiters.delete(leave);
          resolve(verdict);
          if (waiting.waiters.size === 0) settle(waiting, verdict);
        };
        const gone = (): void => leave({ kind: 'timeout' });
        const cancel = deps.timers.after(deadlineMs, gone);
        signal.addEventListener('abort', gone);
        waiting.waiters.add(leave);
        showNext();
        changed();
      });
    },
    view: () => (queue[0]?.shown ? look(queue[0]) : null),
    decide(id, verdict, intents) {
      const waiting = queue[0];
      if (waiting === undefined || waiting.id !== id || waiting.shown === null) return false;
      if (verdict === 'deny') {
        deny(waiting);
        return true;
      }
      if (deps.clock.now() < waiting.shown.allowAt) return false;
      settle(waiting, { kind: verdict, intents, question: id });
      return true;
    },
    closed() {
      if (queue[0]?.shown) deny(queue[0]);
    },
    stop(why) {
      for (const waiting of queue.splice(0)) {
        waiting.shown?.cancel();
        for (const resolve of waiting.waiters) resolve({ kind: why });
      }
      deps.approval.hide();
    },
  };
}

/** Two questions are equal when the same peer wants the same. */
function keyOf({ kind, from, wants }: ApprovalRequest): string {
  const parts = wants.map((want) => [want.intent, want.account?.userId ?? null, [...want.scopes].sort()]);
  return JSON.stringify([kind, from, parts]);
}

function forgetOld(denials: Map<string, number>, now: number): void {
  for (const [key, until] of denials) if (until <= now || until > now + DENIAL_MS) denials.delete(key);
}

function viewOf({ id, question, shown }: Waiting, waiting: number): Omit<ApprovalView, 'notTwitch'> {
  const { kind, claimedName, reason, facts, changes, similarNames, wants } = question;
  const { pid, program, script, parent, interpreter, relay } = facts;
  return {
    id,
    kind,
    claimedName,
    reason,
    facts: { pid, program, script, parent },
    interpreter,
    remote: relay,
    changes,
    similarNames,
    wants,
    allowAt: shown?.allowAt ?? 0,
    expiresAt: shown?.expiresAt ?? 0,
    waiting,
  };
}
