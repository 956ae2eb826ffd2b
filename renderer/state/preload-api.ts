import type { PreloadApi, WindowRole } from '../../shared/ipc.ts';

/**
 * What the preload script put on this page. The main process decides which calls it holds and checks
 * every one of them again; the cast only gives TypeScript the names.
 */
export function bridge<R extends WindowRole>(): PreloadApi<R> {
  return (globalThis as unknown as { castkey: PreloadApi<R> }).castkey;
}
