import type { PreloadApi, WindowRole } from '../../shared/ipc.ts';

/**
 * What the preload script put on this page. The main process decides which calls it holds and checks
 * every one of them again; the cast only gives TypeScript the names.
 */
function preloadApi<R extends WindowRole>(): PreloadApi<R> {
  return (globalThis as unknown as { castkey: PreloadApi<R> }).castkey;
}

/** The calls of each window; on another window's page they are not there. */
export const vaultCalls = (): PreloadApi<'main'> => preloadApi<'main'>();
export const approvalCalls = (): PreloadApi<'approval'> => preloadApi<'approval'>();
export const signInCalls = (): PreloadApi<'signIn'> => preloadApi<'signIn'>();
