/** Questions that wait without a window: she is live, the bot asked for that, or she does something else first. */
import { approvalOver, OK, type Result } from '../result.ts';
import { firstShown, isStillSo, makeLoud, makeQuiet, type Shown, type Waiting } from './approval-queue.ts';

/** What can be done with them. */
export interface QuietQuestions {
  /** Names of the bots whose questions wait without a window. */
  quiet(): string[];
  /** She wants to see those: each gets its window, one after the other. False when there is none. */
  open(): boolean;
  /** She does something else first: the question waits without a window, for as long as the bot does. */
  putAside(id: string): Result<void, 'refused'>;
  /** What is known here has changed: the question is shown anew if it says something else by now, or was put aside. */
  renew(): void;
}

/** The window; `byHer`: she wants to see it. */
interface Window {
  showFirst(byHer?: boolean): void;
  showAnew(waiting: Shown, again: boolean): void;
  changed(): void;
}

/** Works on the queue it is given. */
export function createQuietQuestions(
  queue: Waiting[],
  { showFirst, showAnew, changed }: Window,
): QuietQuestions {
  function makeAllLoud(chosen: readonly Waiting[]): void {
    makeLoud(queue, chosen);
    showFirst(true);
    changed();
  }

  return {
    quiet: () => queue.filter(({ quiet }) => quiet).map(({ request }) => request.claimedName),
    open() {
      const quiet = queue.filter((waiting) => waiting.quiet);
      makeAllLoud(quiet);
      return quiet.length > 0;
    },
    putAside(id) {
      const first = firstShown(queue);
      if (first?.picture.id !== id) return approvalOver();
      first.picture.withdraw();
      makeQuiet(queue, Object.assign(first, { picture: null, aside: true }));
      showFirst();
      changed();
      return OK;
    },
    renew() {
      const first = firstShown(queue);
      if (first && !isStillSo(first)) showAnew(first, true);
      const aside = queue.filter((waiting) => waiting.aside);
      if (aside.length > 0) makeAllLoud(aside);
    },
  };
}
