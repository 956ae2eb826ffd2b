import type { Bridge, WindowRole } from '../../shared/calls.ts';

/**
 * What the preload script put on this page. The main process decides which calls it holds and checks
 * every one of them again; the cast only gives TypeScript the names.
 */
export function bridge<R extends WindowRole>(): Bridge<R> {
  return (globalThis as unknown as { castkey: Bridge<R> }).castkey;
}
