/**
 * Approval requests to the streamer, one window at a time: equal ones merged, a denial remembered. A yes is
 * for what was on the screen: it counts from when that question's own picture was there, and only as long as
 * what the picture says is still so.
 */
import type { ApprovalAnswer } from '../../../shared/ipc.ts';
import type { ApprovalView } from '../../../shared/prompt-views.ts';
import { isDangerousYes } from '../../../shared/token-reach.ts';
import { applicationWanted } from '../applications/failures.ts';
import type { Deps, Peer } from '../ports.ts';
import {
  approvalChanged,
  approvalEarly,
  approvalOver,
  choiceNotOffered,
  dangerNotUnderstood,
  type Failed,
  OK,
  otherProgram,
  type Result,
} from '../result.ts';
import type { Asking } from '../settings/asking.ts';
import { countdown } from '../steady-clock.ts';
import type { PromptAlert } from '../stream/prompt-alerts.ts';
import {
  firstShown,
  insert,
  isSame,
  isSameProgram,
  isStillSo,
  look,
  makeLoud,
  newlyWaiting,
  roomFor,
  type Shown,
  viewOf,
  type Waiting,
} from './approval-queue.ts';
import { createRefusals } from './approval-refusals.ts';
import { type Decision, isLasting, isYes } from './decision.ts';
import { createPicture } from './picture.ts';
import { type ApprovalRequest, chosenOf, contentOf, isChosen, isOffered, keyOf } from './question.ts';
import { createQuietQuestions, type QuietQuestions } from './quiet-questions.ts';

/** Asks the streamer, one request at a time. */
export interface Approvals extends QuietQuestions {
  /** Resolves when the streamer has decided, or after `deadlineMs` with `timeout`. */
  ask(request: ApprovalRequest, deadlineMs: number, signal: AbortSignal): Promise<Answered>;
  view(): ApprovalView | null;
  /** The page has drawn this question, and its picture was on the screen. */
  presented(id: string, digest: string): Result<void, 'refused'>;
  /** Refused when that picture is no longer what a yes would mean, or has not been there long enough. */
  decide(answer: ApprovalAnswer): Promise<Result<void, 'refused'>>;
  /** The window was closed. */
  closed(): void;
  /** The window is gone without an answer: what it asked is shown anew, once. */
  lost(): void;
  /** Answers all who wait. */
  stop(why: 'locked' | 'closing'): void;
}

/** Her decision, and who it was about as of the last look. */
export interface Answered {
  decision: Decision;
  peer: Peer;
}

/** How she is asked. */
export interface AskingServices {
  asking: Pick<Asking, 'habit' | 'remember'>;
  /** Why no window may come up by itself now; null when one may. */
  hint(): Promise<string | null>;
  alert: PromptAlert;
}

type ApprovalDeps = Pick<Deps, 'clock' | 'timers' | 'random' | 'approval' | 'twitch'>;

/** Nothing is shown before the first request. */
export function createApprovals(
  deps: ApprovalDeps,
  isLocked: () => boolean,
  changed: () => void,
  asking: AskingServices,
): Approvals {
  const queue: Waiting[] = [];
  const refusals = createRefusals(deps.clock, isLocked);

  function settle(waiting: Waiting, decision: Decision): void {
    const index = queue.indexOf(waiting);
    if (index < 0) return;
    queue.splice(index, 1);
    waiting.picture?.withdraw();
    refusals.settled(waiting, decision);
    for (const resolve of waiting.waiters.keys()) resolve(decision);
    if (waiting.picture) showFirst();
    changed();
  }

  const surroundings = () => ({ notTwitch: deps.twitch.standIn, habit: asking.asking.habit() });
  /** One that is shown already only gets its window brought to the front; `byHer`: she wants to see it. */
  function showFirst(byHer = false): void {
    const [first] = queue;
    if (first === undefined || first.quiet) return deps.approval.hide();
    first.picture ??= createPicture(deps, contentOf(first.request, first.seen), {
      over: (kind) => settle(first, kind === 'timeout' ? { kind, shown: true } : { kind }),
      changed,
    });
    deps.approval.show(viewOf({ ...first, picture: first.picture }, queue, surroundings()), byHer);
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

  /**
   * A no that came before the question could be read is not held against the bot; one to a program that isn't paired is no
   * answer to another process that asks the same, which she may not have seen. */
  function deny(waiting: Waiting): void {
    if (waiting.picture?.answerable() === 'nothing') return settle(waiting, { kind: 'unread' });
    const same = queue.filter(({ key }) => key === waiting.key);
    const alone = waiting.request.paired || same.length === 1;
    refusals.denied(waiting, alone);
    for (const one of alone ? same : [waiting]) settle(one, { kind: 'denied' });
  }

  /** Refusals are asked twice, before and after Twitch and the program were looked at: what takes no window costs no look. */
  function wait(
    request: ApprovalRequest,
    seen: Peer,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<Decision> {
    const refused = refusals.of(request, signal, queue);
    if (refused !== null) return Promise.resolve(refused);
    const key = keyOf(request);
    const same = queue.find((waiting) => isSame(waiting, request, seen));
    if (!same && !ensureCapacity(request)) return Promise.resolve({ kind: 'full' });
    const waiting = same ?? newlyWaiting(key, request, seen, request.quietly);
    if (!same) insert(queue, waiting);
    if (waiting.quiet && !request.quietly) makeLoud(queue, [waiting]);
    if (!same && waiting.quiet) asking.alert(request.claimedName, request.limitedAs);
    return new Promise((resolve) => {
      const leave = (decision: Decision): void => {
        cancel();
        signal.removeEventListener('abort', gone);
        waiting.waiters.delete(leave);
        resolve(decision);
        if (waiting.waiters.size === 0) settle(waiting, decision);
      };
      const gone = (): void => leave({ kind: 'timeout', shown: waiting.picture !== null });
      const cancel = deps.timers.after(deadlineMs, gone);
      signal.addEventListener('abort', gone);
      waiting.waiters.set(leave, request.lookAgain);
      showFirst();
      changed();
    });
  }

  return {
    async ask(wanted, deadlineMs, signal) {
      const remainingMs = countdown(deps.clock, deadlineMs);
      const refused = refusals.of(wanted, signal, queue);
      if (refused !== null) return { decision: refused, peer: wanted.peer };
      const hint = wanted.quietly ? null : await asking.hint();
      const request = hint === null ? wanted : { ...wanted, quietly: true };
      const seen = await request.lookAgain();
      const decision = await wait(request, seen, remainingMs(), signal);
      if (decision.kind === 'timeout') return { decision: { ...decision, hint }, peer: seen };
      return { decision, peer: isYes(decision) ? decision.peer : seen };
    },
    view: () => {
      const first = firstShown(queue);
      return first && viewOf(first, queue, surroundings());
    },
    ...createQuietQuestions(queue, { showFirst, showAnew, changed }),
    presented(id, digest) {
      const waiting = pictured(queue, { id, digest });
      if (waiting === null) return approvalOver();
      if (!deps.approval.visible()) return approvalEarly();
      if (!isStillSo(waiting)) return showAnew(waiting, waiting.again);
      waiting.picture.presented();
      return OK;
    },
    async decide(answer) {
      const waiting = pictured(queue, answer);
      if (waiting === null) return approvalOver();
      const { decision, intents = {}, understood = false, application = null } = answer;
      if (decision === 'deny') {
        deny(waiting);
        return OK;
      }
      const { picture } = waiting;
      const { id: request, content } = picture;
      if (picture.answerable() !== 'all') return approvalEarly();
      if (content.otherProgram) return otherProgram();
      if (!isOffered(decision, content)) return choiceNotOffered();
      if (decision !== 'once' && !understood && isDangerousYes(content.wants, intents))
        return dangerNotUnderstood();
      if (!isChosen(content.application, application)) return applicationWanted();
      const clientId = chosenOf(content.application, application);
      const yes = { kind: decision, intents, application: clientId, request, wants: content.wants };
      if (decision === 'until-stream-ends' || decision === 'for-8-hours') asking.asking.remember(decision);
      const all = concernedBy(queue, waiting, decision);
      await Promise.all(all.map(look));
      if (waiting.picture !== picture || !queue.includes(waiting)) return approvalOver();
      if (!isStillSo(waiting)) return showAnew(waiting, true);
      // The one on the screen last, so that none of the others comes up for a moment.
      for (const one of all.filter(isSameProgram).reverse()) settle(one, { ...yes, peer: one.seen });
      return OK;
    },
    closed() {
      const first = firstShown(queue);
      if (first) deny(first);
    },
    lost() {
      const first = firstShown(queue);
      if (first?.lost) settle(first, { kind: 'unshown' });
      else if (first) {
        first.lost = true;
        showAnew(first, first.again);
      }
    },
    stop(why) {
      if (why === 'closing') refusals.close();
      for (const waiting of queue.splice(0)) {
        waiting.picture?.withdraw();
        for (const resolve of waiting.waiters.keys()) resolve({ kind: why });
      }
      deps.approval.hide();
    },
  };
}

/** A lasting yes to a paired bot is one to its key, whichever of its processes asked. */
function concernedBy(
  queue: readonly Waiting[],
  waiting: Waiting,
  decision: ApprovalAnswer['decision'],
): Waiting[] {
  const forAll = isLasting({ kind: decision }) && waiting.request.paired;
  return queue.filter((other) => other === waiting || (forAll && other.key === waiting.key));
}

/** The question that is shown, if the answer is about its very picture. */
function pictured(queue: readonly Waiting[], { id, digest }: { id: string; digest: string }): Shown | null {
  const first = firstShown(queue);
  return first?.picture.id === id && first.picture.digest === digest ? first : null;
}
