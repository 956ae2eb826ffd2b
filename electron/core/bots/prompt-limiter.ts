/** Who was refused by the streamer how often of late: a program that goes on asking gets no more windows. */
import type { Clock } from '../ports.ts';

/** Questions that came to nothing, by who asked. */
export interface PromptLimiter {
  add(source: string): void;
  /** Milliseconds until it may ask again; 0 means now. */
  barredFor(source: string): number;
}

/** `refused` of them within `withinMs` are too many. A clock that was set back forgets them. */
export function createPromptLimiter(
  { now }: Clock,
  { refused, withinMs }: { readonly refused: number; readonly withinMs: number },
): PromptLimiter {
  const past = new Map<string, number[]>();

  function forgetOld(time: number): void {
    for (const [source, times] of past) {
      const recent = times.filter((at) => at <= time && at > time - withinMs);
      if (recent.length > 0) past.set(source, recent);
      else past.delete(source);
    }
  }

  return {
    add(source) {
      past.set(source, [...(past.get(source) ?? []), now()].slice(-refused));
    },
    barredFor(source) {
      const time = now();
      forgetOld(time);
      const times = past.get(source) ?? [];
      const [oldest] = times;
      return times.length >= refused && oldest !== undefined ? oldest + withinMs - time : 0;
    },
  };
}
