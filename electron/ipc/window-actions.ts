/** Who answers which call of a window: a few the desktop program itself, all others the vault in use. */
import { z } from 'zod';
import type { AllCalls, CallResult, MainCalls, WindowRole } from '../../shared/ipc.ts';
import type { VaultView } from '../../shared/views.ts';
import { type Action, type Actions, type AppCall, refuseWhileLocked } from '../core/action.ts';
import { locked, success } from '../core/result.ts';
import type { Vault } from '../core/vault.ts';

/** What the calls need of the rest of the program. */
export interface AppServices {
  view(): VaultView;
  /** The vault in use; while Castkey changes to another one, the one that was. */
  current(): Pick<Vault, 'actions'>;
  /** The vault in use; waits while Castkey changes to another one. */
  settled(): Promise<Pick<Vault, 'actions'>>;
  useSandbox(on: boolean): Promise<CallResult<void>>;
  openPage(page: Parameters<MainCalls['page.open']>[0]['page']): Promise<CallResult<void>>;
}

/** Finds the action of a window's call at the moment it is made. */
export type FindAction = <C extends keyof AllCalls>(role: WindowRole, call: C) => Promise<Action<C>>;

/**
 * A call that neither the desktop program nor the vault answers does not compile. An approval or a sign-in
 * is of the vault that asked; what the main window wants done waits for the one that will be in use.
 */
export function windowActions(app: AppServices): FindAction {
  const own = refuseWhileLocked(appActions(app), () => (app.view().locked ? locked() : null));
  return async (role, call) => {
    const { actions } = role === 'main' && !(call in own) ? await app.settled() : app.current();
    const all: Actions<keyof AllCalls> = { ...actions, ...own };
    return all[call];
  };
}

/** A vault begins unlocked, so nobody gets to another one and back while this one is locked. */
function appActions({ view, useSandbox, openPage }: AppServices): Actions<AppCall> {
  return {
    'state.read': { arg: z.undefined(), whileLocked: true, run: async () => success(view()) },
    'sandbox.use': {
      arg: z.strictObject({ on: z.boolean() }),
      whileLocked: false,
      run: ({ on }) => useSandbox(on),
    },
    'page.open': {
      arg: z.strictObject({ page: z.enum(['twitch-console', 'twitch-connections', 'help']) }),
      whileLocked: true,
      run: ({ page }) => openPage(page),
    },
  };
}
