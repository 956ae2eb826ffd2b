/** Approval requests to the streamer, one window at a time: equal ones merged, a denial remembered. */
import type { ApprovalChoice } from '../../../shared/ipc.ts';
import { LIMITS } from '../../../shared/protocol.ts';
import type { ApprovalView, ApprovalWantView, ProgramChangeView } from '../../../shared/views.ts';
import type { Deps, Peer } from '../ports.ts';
import { randomText } from '../random-text.ts';
import type { Decision } from './decision.ts';
import { createPromptLimiter } from './prompt-limiter.ts';

/** Allow can't be clicked before: a click meant for another window must not hit it. */
const ALLOW_AFTER_MS = 1_500;
/** A request nobody answers is over then, as `timeout`; it is not remembered as a no. */
const ANSWER_MS = 60_000;
const DENIAL_MS = 10 * 60_000;
/** More waiting requests than this are refused as `busy`, unseen: a flood must not hide a real one. */
const MAX_QUEUE = 20;

/** What the streamer is asked about a bot. */
export interface ApprovalRequest {
  kind: 'pair' | 'grant' | 'changed';
  /** Who asks, for merging and for remembering a denial: a pairing key, or name and program. */
  requester: string;
  /** Equal requests are merged only when this is equal, too. */
  mergeKey?: string;
  /** Whose place in the queue it takes: a pairing key, or the program. */
  limitedAs: string;
  /** Paired bots go ahead of programs that aren't. */
  paired: boolean;
  claimedName: string;
  reason: string;
  peer: Peer;
  changes: ProgramChangeView[];
  similarNames: ApprovalView['similarNames'];
  wants: ApprovalWantView[];
}

/** Asks the streamer, one request at a time. */
export interface Approvals {
  /** Resolves when the streamer has decided, or after `deadlineMs` with `timeout`. */
  ask(request: ApprovalRequest, deadlineMs: number, signal: AbortSignal): Promise<Decision>;
  view(): ApprovalView | null;
  /** False when that request is no longer shown, or Allow came too early. */
  decide(id: string, choice: ApprovalChoice, intents: Record<string, string>): boolean;
  /** The window was closed. */
  closed(): void;
  /** Answers all who wait. */
  stop(why: 'locked' | 'closing'): void;
}

interface Waiting {
  id: string;
  key: string;
  request: ApprovalRequest;
  shown: { allowAt: number; expiresAt: number; cancel: () => void } | null;
  waiters: Set<(decision: Decision) => void>;
}

type ApprovalDeps = Pick<Deps, 'clock' | 'timers' | 'random' | 'approval' | 'twitch'>;

/** Nothing is shown before the first request. */
export function createApprovals(deps: ApprovalDeps, isLocked: () => boolean, changed: () => void): Approvals {
  const queue: Waiting[] = [];
  const denials = new Map<string, number>();
  /** Windows of paired bots; other programs are counted where they are paired. */
  const limiter = createPromptLimiter(deps.clock, LIMITS.refusals);

  const look = (shown: Waiting): ApprovalView => ({
    ...viewOf(shown, queue.length - 1),
    notTwitch: deps.twitch.standIn,
  });

  function settle(waiting: Waiting, decision: Decision): void {
    const index = queue.indexOf(waiting);
    if (index < 0) return;
    queue.splice(index, 1);
    waiting.shown?.cancel();
    const { limitedAs, paired } = waiting.request;
    const toNothing = decision.kind === 'denied' || decision.kind === 'timeout';
    if (paired && waiting.shown && toNothing) limiter.add(limitedAs);
    for (const resolve of waiting.waiters) resolve(decision);
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

  function enqueue(key: string, request: ApprovalRequest): Waiting {
    const waiting: Waiting = {
      id: randomText(deps.random, 9),
      key,
      request,
      shown: null,
      waiters: new Set(),
    };
    // What is shown stays: it must not change under her hand.
    const unpaired = queue.findIndex((other) => !other.request.paired && other.shown === null);
    queue.splice(request.paired && unpaired >= 0 ? unpaired : queue.length, 0, waiting);
    return waiting;
  }

  /** Whether there is room for one more; a paired bot's request takes the place of another program's. */
  function ensureCapacity({ limitedAs, paired }: ApprovalRequest): boolean {
    if (queue.filter(({ request }) => request.limitedAs === limitedAs).length >= LIMITS.questions)
      return false;
    if (queue.length < MAX_QUEUE) return true;
    const last = queue.at(-1);
    if (!paired || last === undefined || last.request.paired || last.shown !== null) return false;
    settle(last, { kind: 'full' });
    return true;
  }

  function deny(waiting: Waiting): void {
    denials.set(waiting.key, deps.clock.now() + DENIAL_MS);
    settle(waiting, { kind: 'denied' });
  }

  return {
    ask(request, deadlineMs, signal) {
      if (signal.aborted) return Promise.resolve({ kind: 'timeout' });
      // Locked since whoever asks was let through: no window may open any more.
      if (isLocked()) return Promise.resolve({ kind: 'locked' });
      const key = keyOf(request);
      forgetOld(denials, deps.clock.now());
      if (denials.has(key)) return Promise.resolve({ kind: 'remembered' });
      const same = queue.find(
        (waiting) => waiting.key === key && waiting.request.mergeKey === request.mergeKey,
      );
      const retryAfterMs = request.paired ? limiter.refusedForMs(request.limitedAs) : 0;
      if (!same && retryAfterMs > 0) return Promise.resolve({ kind: 'throttled', retryAfterMs });
      if (!same && !ensureCapacity(request)) return Promise.resolve({ kind: 'full' });
      const waiting = same ?? enqueue(key, request);
      return new Promise((resolve) => {
        const leave = (decision: Decision): void => {
          cancel();
          signal.removeEventListener('abort', gone);
          waiting.waiters.delete(leave);
          resolve(decision);
          if (waiting.waiters.size === 0) settle(waiting, decision);
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
    decide(id, choice, intents) {
      const waiting = queue[0];
      if (waiting === undefined || waiting.id !== id || waiting.shown === null) return false;
      if (choice === 'deny') {
        deny(waiting);
        return true;
      }
      if (deps.clock.now() < waiting.shown.allowAt) return false;
      settle(waiting, { kind: choice, intents, request: id });
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

/** Two requests are equal when the same requester wants the same. */
function keyOf({ kind, requester, wants }: ApprovalRequest): string {
  const parts = wants.map((want) => [want.intent, want.account?.userId ?? null, [...want.scopes].sort()]);
  return JSON.stringify([kind, requester, parts]);
}

function forgetOld(denials: Map<string, number>, now: number): void {
  for (const [key, until] of denials) if (until <= now || until > now + DENIAL_MS) denials.delete(key);
}

function viewOf({ id, request, shown }: Waiting, waiting: number): Omit<ApprovalView, 'notTwitch'> {
  const { kind, claimedName, reason, peer, changes, similarNames, wants } = request;
  const { pid, program, script, parent, interpreter, relay } = peer;
  return {
    id,
    kind,
    claimedName,
    reason,
    peer: { pid, program, script, parent },
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
