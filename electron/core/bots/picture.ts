/** A question as it is put on the screen once: what it says, and what is taken of her by now. */
import { PROMPT_GUARD } from '../../../shared/ipc.ts';
import type { ApprovalView } from '../../../shared/prompt-views.ts';
import type { Deps } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { type ApprovalContent, digestOf } from './question.ts';

/** A page that tells nothing for so long has drawn nothing: what was on the screen before counts no more. */
const MAX_STILL_MS = 1_000;
/** So long it waits, first for its window and then for an answer. */
const ANSWER_MS = 60_000;

/** The picture of a question. Asked anew, a question gets another one. */
export interface Picture {
  readonly id: string;
  readonly content: ApprovalContent;
  readonly digest: string;
  answerable(): ApprovalView['answerable'];
  /** Milliseconds since 1970, by the computer's clock as it is set by now; the wait itself goes by no clock. */
  expiresAt(): number;
  /**
   * It is on the screen: only from here on the time to read it counts, and only while this is told again and
   * again, for a screen that stands still shows something else than what is asked.
   */
  presented(): void;
  /** Calls off all that waits for its time. */
  withdraw(): void;
}

/** What becomes of it. */
export interface PictureListener {
  /** Its time is over: nobody answered it, or its window never came up, which is no answer of hers. */
  over(kind: 'timeout' | 'unshown'): void;
  changed(): void;
}

/** Waits for its window from now on. */
export function createPicture(
  { clock, timers, random }: Pick<Deps, 'clock' | 'timers' | 'random'>,
  content: ApprovalContent,
  { over, changed }: PictureListener,
): Picture {
  let answerable: ApprovalView['answerable'] = 'nothing';
  let deadline = clock.monotonic() + ANSWER_MS;
  let cancelExpiry = timers.after(ANSWER_MS, () => over('unshown'));
  let wasPresented = false;
  /** Calls off the guards, which begin anew after a standstill. */
  let guards: (() => void)[] = [];
  let cancelStandstill = (): void => {};

  const become = (what: ApprovalView['answerable']): void => {
    answerable = what;
    if (what === 'all') cancelStandstill();
    changed();
  };
  const stopGuards = (): void => {
    cancelStandstill();
    for (const cancel of guards) cancel();
    guards = [];
  };
  const standsStill = (): void => {
    stopGuards();
    become('nothing');
  };
  return {
    id: randomText(random, 9),
    content,
    digest: digestOf(content),
    answerable: () => answerable,
    expiresAt: () => clock.now() + deadline - clock.monotonic(),
    presented() {
      if (answerable === 'all') return;
      cancelStandstill();
      cancelStandstill = timers.after(MAX_STILL_MS, standsStill);
      if (guards.length > 0) return;
      guards = [
        timers.after(PROMPT_GUARD.denyMs, () => become('deny')),
        timers.after(PROMPT_GUARD.allowMs, () => become('all')),
      ];
      if (wasPresented) return;
      wasPresented = true;
      cancelExpiry();
      deadline = clock.monotonic() + ANSWER_MS;
      cancelExpiry = timers.after(ANSWER_MS, () => over('timeout'));
      changed();
    },
    withdraw() {
      stopGuards();
      cancelExpiry();
    },
  };
}
