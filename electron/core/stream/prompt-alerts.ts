/** Tells the streamer, without a window, that a bot waits for her answer. */
import type { Deps } from '../ports.ts';
import { createThrottle } from '../throttle.ts';

/** Shows a notification of the system for a question of this bot, unless there was one of the same `source` a short time ago. */
export type PromptAlert = (bot: string, source?: string) => void;

/** So soon she is told again of the same bot; the badge stays for as long as it waits. */
const SAME_BOT_MS = 10 * 60_000;
/** So soon of any other. */
const ANY_BOT_MS = 30_000;

/** `isWanted`: she has not switched notifications off. `open` brings up what waits, when she clicks one; false: nothing does. */
export function createPromptAlert(
  { clock, desktop }: Pick<Deps, 'clock' | 'desktop'>,
  isWanted: () => boolean,
  open: () => boolean,
): PromptAlert {
  const isSameDue = createThrottle(clock, SAME_BOT_MS);
  /** Monotonic milliseconds. Only what is shown counts: a bot that asks on and on must not silence the others. */
  let shownAt = Number.NEGATIVE_INFINITY;
  return (bot, source = bot) => {
    if (!isWanted() || clock.monotonic() - shownAt < ANY_BOT_MS || !isSameDue(source)) return;
    shownAt = clock.monotonic();
    // The name is the bot's own word: it stands in quotes, and in no place where Castkey speaks.
    const body = `It calls itself “${bot}”. Open Castkey when it suits you.`;
    desktop.notify({ title: 'A bot waits for your answer', body }, open);
  };
}
