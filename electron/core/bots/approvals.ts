/**
 * Approval requests to the streamer, one window at a time: equal ones merged, a denial remembered. A yes is
 * for what was on the screen: it counts from when that question's own picture was there, and only as long as
 * what the picture says is still so.
 */
import type { ApprovalAnswer } from '../../../shared/ipc.ts';
import { LIMITS } from '../../../shared/protocol.ts';
import { isDangerousYes } from '../../../shared/token-reach.ts';
import type { ApprovalView } from '../../../shared/views.ts';
import type { Deps } from '../ports.ts';
import {
  approvalChanged,
  approvalEarly,
  approvalOver,
  dangerNotUnderstood,
  type Failed,
  OK,
  type Result,
} from '../result.ts';
import { looksLike } from './confusable-names.ts';
import type { Decision } from './decision.ts';
import { createDenials } from './denials.ts';
import { createPicture, type Picture } from './picture.ts';
import { createPromptLimiter } from './prompt-limiter.ts';
import { type ApprovalRequest, contentOf, digestOf, keyOf } from './question.ts';

/** More waiting requests than this are refused as `busy`, unseen: a flood must not hide a real one. */
const MAX_QUEUE = 20;

/** Asks the streamer, one request at a time. */
export interface Approvals {
  /** Resolves when the streamer has decided, or after `deadlineMs` with `timeout`. */
  ask(request: ApprovalRequest, deadlineMs: number, signal: AbortSignal): Promise<Decision>;
  view(): ApprovalView | null;
  /** The page has drawn this question, and its picture was on the screen. */
  presented(id: string, digest: string): Result<void, 'refused'>;
  /** Refused when that picture is no longer what a yes would mean, or has not been there long enough. */
  decide(answer: ApprovalAnswer): Promise<Result<void, 'refused'>>;
  /** The window was closed. */
  closed(): void;
  /** The window could not be shown: nobody was asked anything. */
  failed(): void;
  /** Answers all who wait. */
  stop(why: 'locked' | 'closing'): void;
}

interface Waiting {
  key: string;
  request: ApprovalRequest;
  picture: Picture | null;
  /** It was shown before, and what it says has changed since. */
  again: boolean;
  waiters: Set<(decision: Decision) => void>;
}
type Shown = Waiting & { picture: Picture };

type ApprovalDeps = Pick<Deps, 'clock' | 'timers' | 'random' | 'approval' | 'twitch'>;

/** Nothing is shown before the first request. */
export function createApprovals(deps: ApprovalDeps, isLocked: () => boolean, changed: () => void): Approvals {
  const queue: Waiting[] = [];
  const denials = createDenials(deps.clock);
  /** Windows of paired bots; other programs are counted where they are paired. */
  const limiter = createPromptLimiter(deps.clock, LIMITS.refusals);

  function settle(waiting: Waiting, decision: Decision): void {
    const index = queue.indexOf(waiting);
    if (index < 0) return;
    queue.splice(index, 1);
    waiting.picture?.withdraw();
    const { limitedAs, paired } = waiting.request;
    const toNothing = decision.kind === 'denied' || decision.kind === 'timeout';
    if (paired && waiting.picture && toNothing) limiter.add(limitedAs);
    for (const resolve of waiting.waiters) resolve(decision);
    if (waiting.picture) showFirst();
    changed();
  }

  /** One that is shown already only gets its window brought to the front. */
  function showFirst(): void {
    const [first] = queue;
    if (first === undefined) return deps.approval.hide();
    first.picture ??= createPicture(deps, contentOf(first.request), {
      over: (kind) => settle(first, { kind }),
      changed,
    });
    deps.approval.show(viewOf({ ...first, picture: first.picture }, queue, deps.twitch.standIn));
  }

  function showAnew(waiting: Shown, again: boolean): Failed<'refused'> {
    waiting.picture.withdraw();
    Object.assign(waiting, { picture: null, again });
    showFirst();
    changed();
    return approvalChanged();
  }

  function enqueue(key: string, request: ApprovalRequest): Waiting {
    const waiting: Waiting = {
      ...{ key, request, picture: null, again: false },
      waiters: new Set(),
    };
    // What is shown stays: it must not change under her hand.
    const unpaired = queue.findIndex((other) => !other.request.paired && other.picture === null);
    queue.splice(request.paired && unpaired >= 0 ? unpaired : queue.length, 0, waiting);
    return waiting;
  }

  /** Whether there is room for one more; a paired bot's request takes the place of another program's. */
  function ensureCapacity({ limitedAs, paired }: ApprovalRequest): boolean {
    if (queue.filter(({ request }) => request.limitedAs === limitedAs).length >= LIMITS.questions)
      return false;
    if (queue.length < MAX_QUEUE) return true;
    const last = queue.at(-1);
    if (!paired || last === undefined || last.request.paired || last.picture !== null) return false;
    settle(last, { kind: 'full' });
    return true;
  }

  /** A no that came before the question could be read is not held against the bot. */
  function deny(waiting: Waiting): void {
    const read = waiting.picture !== null && waiting.picture.answerable() !== 'nothing';
    if (!read) return settle(waiting, { kind: 'denied' });
    denials.add(waiting.key);
    for (const same of queue.filter(({ key }) => key === waiting.key)) settle(same, { kind: 'denied' });
  }

  /** A lasting yes to a paired bot is one to its key, whichever of its processes asked. */
  function allow(waiting: Waiting, decision: Decision): void {
    const forAll = decision.kind === 'always' && waiting.request.paired;
    const others = forAll ? queue.filter(({ key }) => key === waiting.key) : [];
    for (const one of new Set([waiting, ...others])) settle(one, decision);
  }

  const shown = (): Shown | null => (queue[0] && isShown(queue[0]) ? queue[0] : null);

  /** The question that is shown, if the answer is about its very picture. */
  function pictured({ id, digest }: { id: string; digest: string }): Shown | null {
    const first = shown();
    return first?.picture.id === id && first.picture.digest === digest ? first : null;
  }

  return {
    ask(request, deadlineMs, signal) {
      if (signal.aborted) return Promise.resolve({ kind: 'timeout' });
      // Locked since whoever asks was let through: no window may open any more.
      if (isLocked()) return Promise.resolve({ kind: 'locked' });
      const key = keyOf(request);
      if (denials.has(key)) return Promise.resolve({ kind: 'remembered' });
      const same = queue.find(
        (waiting) => waiting.key === key && waiting.request.process === request.process,
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
        showFirst();
        changed();
      });
    },
    view: () => {
      const first = shown();
      return first && viewOf(first, queue, deps.twitch.standIn);
    },
    presented(id, digest) {
      const waiting = pictured({ id, digest });
      if (waiting === null) return approvalOver();
      if (!deps.approval.visible()) return approvalEarly();
      if (!isStillSo(waiting)) return showAnew(waiting, waiting.again);
      waiting.picture.presented();
      return OK;
    },
    async decide(answer) {
      const waiting = pictured(answer);
      if (waiting === null) return approvalOver();
      const { decision, intents = {}, understood = false } = answer;
      if (decision === 'deny') {
        deny(waiting);
        return OK;
      }
      const { id, content, answerable } = waiting.picture;
      if (answerable() !== 'all') return approvalEarly();
      if (decision === 'always' && !understood && isDangerousYes(content.wants, intents))
        return dangerNotUnderstood();
      if (!isStillSo(waiting)) return showAnew(waiting, true);
      allow(waiting, { kind: decision, intents, request: id, wants: content.wants });
      return OK;
    },
    closed() {
      const first = shown();
      if (first) deny(first);
    },
    failed() {
      const first = shown();
      if (first) settle(first, { kind: 'unshown' });
    },
    stop(why) {
      for (const waiting of queue.splice(0)) {
        waiting.picture?.withdraw();
        for (const resolve of waiting.waiters) resolve({ kind: why });
      }
      deps.approval.hide();
    },
  };
}

/** Whether a yes would still give what the picture says. */
const isStillSo = ({ picture, request }: Shown): boolean => digestOf(contentOf(request)) === picture.digest;
const isShown = (waiting: Waiting): waiting is Shown => waiting.picture !== null;

function viewOf(
  { picture, request, again }: Shown,
  queue: readonly Waiting[],
  notTwitch: ApprovalView['notTwitch'],
): ApprovalView {
  const { content, id, digest, answerable, expiresAt } = picture;
  const others = queue.filter((other) => other.request !== request);
  const rivals = others.filter(
    (other) =>
      other.request.process !== request.process && looksLike(other.request.claimedName, request.claimedName),
  );
  const counts = { waiting: others.length, sameNameWaiting: rivals.length };
  const state = { answerable: answerable(), expiresAt: expiresAt(), again, notTwitch };
  return { ...content, ...counts, ...state, id, digest };
}
