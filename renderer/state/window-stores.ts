import type { PreloadApi } from '../../shared/ipc.ts';
import type { VaultView } from '../../shared/views.ts';
import { bridge } from './preload-api.ts';
import { createFeed } from './view-store.ts';

/** The main window's store. */
export const vaultFeed = createFeed<VaultView>();

/** The main window's calls. */
export const vaultCalls = (): PreloadApi<'main'> => bridge<'main'>();

/**
 * A part of the vault's state. Only for components below the shell, which is not drawn before the
 * first state has come.
 */
export function useVault<T>(pick: (view: VaultView) => T): T {
  return vaultFeed((feed) => {
    if (!feed.view) throw new Error('the vault has not answered yet');
    return pick(feed.view);
  });
}
