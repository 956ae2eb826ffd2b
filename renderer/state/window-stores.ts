import type { ApprovalView, SignInView } from '../../shared/prompt-views.ts';
import type { VaultView } from '../../shared/views.ts';
import { createViewStore } from './view-store.ts';

/** The store of each window; a page fills only its own. */
export const vaultStore = createViewStore<VaultView>();
export const approvalStore = createViewStore<ApprovalView>();
export const signInStore = createViewStore<SignInView>();

/**
 * A part of the vault's state. Only for components of the main window, which draws none before the first
 * state has come: earlier it throws.
 */
export function useVault<T>(pick: (view: VaultView) => T): T {
  return vaultStore(({ view }) => {
    if (!view) throw new Error('the vault has not answered yet');
    return pick(view);
  });
}
