/**
 * Approval requests to the streamer, one window at a time: equal ones merged, a denial remembered. A yes is
 * for what was on the screen: it counts from when that question's own picture was there, and only as long as
 * what the picture says is still so.
 */
import type { ApprovalAnswer } from '../../../shared/ipc.ts';
import { LIMITS } from '../../../shared/protocol.ts';
import { isDangerousYes } from '../../../shared/token-reach.ts';
import type { ApprovalView } from '../../../shared/views.ts';
import type { Deps, Peer } from '../ports.ts';
import {
  approvalChanged,
  approvalEarly,
  approvalOver,
  dangerNotUnderstood,
  type Failed,
  OK,
  otherProgram,
  type Result,
} from '../result.ts';
import {
  firstShown,
  insert,
  newlyWaiting,
  roomFor,
  type Shown,
  viewOf,
  type Waiting,
} from './approval-queue.ts';
import { type Decision, isYes, type Yes } from './decision.ts';
import { createDenials } from './denials.ts';
import { createPicture } from './picture.ts';
import { createPromptLimiter } from './prompt-limiter.ts';
import { type ApprovalRequest, contentOf, digestOf, keyOf } from './question.ts';

/** Asks the streamer, one request at a time. */
export interface Approvals {
  /** Resolves when the streamer has decided, or after `deadlineMs` with `timeout`. */
  ask(request: ApprovalRequest, deadlineMs: number, signal: AbortSignal): Promise<Answered>;
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

/** Her decision, and who it was about as of the last look. */
export interface Answered {
  decision: Decision;
  peer: Peer;
}

type ApprovalDeps = Pick<Deps, 'clock' | 'timers' | 'random' | 'approval' | 'twitch'>;

/** Nothing is shown before the first request. */
export function createApprovals(deps: ApprovalDeps, isLocked: () => boolean, changed: () => void): Approvals {
  const queue: Waiting[] = [];
  let closing = false;
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
    first.picture ??= createPicture(deps, contentOf(first.request, first.seen), {
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

  /** Makes room for one more; false when there is none. */
  function ensureCapacity(request: ApprovalRequest): boolean {
    const room = roomFor(queue, request);
    if (typeof room === 'object') settle(room, { kind: 'full' });
    return room !== 'none';
  }

  /** A no that came before the question could be read is not held against the bot. */
  function deny(waiting: Waiting): void {
    const read = waiting.picture !== null && waiting.picture.answerable() !== 'nothing';
    if (!read) return settle(waiting, { kind: 'denied' });
    denials.add(waiting.key);
    for (const same of queue.filter(({ key }) => key === waiting.key)) settle(same, { kind: 'denied' });
  }

  /** A lasting yes to a paired bot is one to its key, whichever of its processes asked. */
  function allow(waiting: Waiting, yes: Omit<Yes, 'peer'>): void {
    const forAll = yes.kind === 'always' && waiting.request.paired;
    const others = forAll ? queue.filter(({ key }) => key === waiting.key) : [];
    for (const one of new Set([waiting, ...others])) settle(one, { ...yes, peer: one.seen });
  }

  const shown = (): Shown | null => firstShown(queue);

  /** The question that is shown, if the answer is about its very picture. */
  function pictured({ id, digest }: { id: string; digest: string }): Shown | null {
    const first = shown();
    return first?.picture.id === id && first.picture.digest === digest ? first : null;
  }

  function wait(
    request: ApprovalRequest,
    seen: Peer,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Decision> {
    if (signal.aborted) return Promise.resolve({ kind: 'timeout' });
    if (closing) return Promise.resolve({ kind: 'closing' });
    // Locked since whoever asks was let through: no window may open any more.
    if (isLocked()) return Promise.resolve({ kind: 'locked' });
    const key = keyOf(request);
    if (denials.has(key)) return Promise.resolve({ kind: 'remembered' });
    const same = queue.find((waiting) => waiting.key === key && waiting.request.process === request.process);
    const retryAfterMs = request.paired ? limiter.refusedForMs(request.limitedAs) : 0;
    if (!same && retryAfterMs > 0) return Promise.resolve({ kind: 'throttled', retryAfterMs });
    if (!same && !ensureCapacity(request)) return Promise.resolve({ kind: 'full' });
    const waiting = same ?? newlyWaiting(key, request, seen);
    if (!same) insert(queue, waiting);
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
  }

  return {
    async ask(request, deadlineMs, signal) {
      const deadline = deps.clock.now() + deadlineMs;
      const seen = await request.lookAgain();
      const decision = await wait(request, seen, Math.max(0, deadline - deps.clock.now()), signal);
      return { decision, peer: isYes(decision) ? decision.peer : seen };
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
      const { picture } = waiting;
      const { id, content } = picture;
      if (picture.answerable() !== 'all') return approvalEarly();
      if (content.otherProgram) return otherProgram();
      if (decision === 'always' && !understood && isDangerousYes(content.wants, intents))
        return dangerNotUnderstood();
      waiting.seen = await waiting.request.lookAgain();
      if (waiting.picture !== picture || !queue.includes(waiting)) return approvalOver();
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
      closing ||= why === 'closing';
      for (const waiting of queue.splice(0)) {
        waiting.picture?.withdraw();
        for (const resolve of waiting.waiters) resolve({ kind: why });
      }
      deps.approval.hide();
    },
  };
}

/** Whether a yes would still give what the picture says. */
const isStillSo = ({ picture, request, seen }: Shown): boolean =>
  digestOf(contentOf(request, seen)) === picture.digest;
