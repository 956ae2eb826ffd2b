/** What is answered without a window: what she denied a short time ago, and who asks too often. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Clock } from '../ports.ts';
import type { Waiting } from './approval-queue.ts';
import { type Decision, isYes, type Yes } from './decision.ts';
import { createDenials } from './denials.ts';
import { createPromptLimiter } from './prompt-limiter.ts';
import { type ApprovalRequest, keyOf } from './question.ts';

/** Answers in her place, or has her asked. */
export interface Refusals {
  /** What needs no window to be answered; null when she has to be asked. */
  of(request: ApprovalRequest, signal: AbortSignal, queue: readonly Waiting[]): Exclude<Decision, Yes> | null;
  /** She said no to it, and is not asked the same again for a while. */
  denied(waiting: Waiting, forAllEqual: boolean): void;
  /** Its wait is over. */
  settled(waiting: Waiting, decision: Decision): void;
  /** Nobody is asked any more. */
  close(): void;
}

/** Nothing is denied yet. */
export function createRefusals(clock: Clock, isLocked: () => boolean): Refusals {
  const denials = createDenials(clock);
  /** Windows of paired bots; other programs are counted where they are paired. */
  const limiter = createPromptLimiter(clock, LIMITS.refusals);
  let closed = false;
  return {
    of(request, signal, queue) {
      if (signal.aborted) return { kind: 'timeout', shown: false };
      if (closed) return { kind: 'closing' };
      // Locked since whoever asks was let through: no window may open any more.
      if (isLocked()) return { kind: 'locked' };
      const key = keyOf(request);
      if (denials.has(key) || denials.has(ofProcess({ key, request }))) return { kind: 'remembered' };
      const retryAfterMs = request.paired ? limiter.refusedForMs(request.limitedAs) : 0;
      if (retryAfterMs > 0 && !queue.some((waiting) => waiting.key === key))
        return { kind: 'throttled', retryAfterMs };
      return null;
    },
    denied(waiting, forAllEqual) {
      // Another program in its place was denied, not the bot, which she is told to start again.
      if (waiting.picture?.content.otherProgram) return;
      denials.add(forAllEqual ? waiting.key : ofProcess(waiting));
    },
    settled({ picture, request }, decision) {
      const toNothing = decision.kind === 'denied' || decision.kind === 'timeout' || givesNothing(decision);
      if (request.paired && picture !== null && toNothing) limiter.add(request.limitedAs);
    },
    close() {
      closed = true;
    },
  };
}

/** A yes that puts off all it was asked for: jobs that stay nobody's. */
const givesNothing = (decision: Decision): boolean =>
  isYes(decision) &&
  decision.wants.length > 0 &&
  decision.wants.every(
    ({ intent, account }) => intent !== null && account === null && !Object.hasOwn(decision.intents, intent),
  );

/** A denial that is remembered of one process alone. */
const ofProcess = ({ key, request }: Pick<Waiting, 'key' | 'request'>): string =>
  JSON.stringify([key, request.process]);
