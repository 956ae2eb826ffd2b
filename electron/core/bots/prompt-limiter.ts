/** Counts windows that came to nothing: a program that goes on asking gets no more of them for a while. */
import type { Clock } from '../ports.ts';

/** Windows that came to nothing, by who asked. */
export interface PromptLimiter {
  add(requester: string): void;
  /** Milliseconds until it may ask again; 0 means now. */
  refusedForMs(requester: string): number;
}

/** `refused` of them within `withinMs` are too many. A clock that was set back forgets them. */
export function createPromptLimiter(
  { now }: Clock,
  { refused, withinMs }: { readonly refused: number; readonly withinMs: number },
): PromptLimiter {
  const past = new Map<string, number[]>();

  function forgetOld(time: number): void {
    for (const [requester, times] of past) {
      const recent = times.filter((at) => at <= time && at > time - withinMs);
      if (recent.length > 0) past.set(requester, recent);
      else past.delete(requester);
    }
  }

  return {
    add(requester) {
      past.set(requester, [...(past.get(requester) ?? []), now()].slice(-refused));
    },
    refusedForMs(requester) {
      const time = now();
      forgetOld(time);
      const times = past.get(requester) ?? [];
      const [oldest] = times;
      return times.length >= refused && oldest !== undefined ? oldest + withinMs - time : 0;
    },
  };
}
