/** What the streamer does in a window or the tray: one entry a call, its argument and the lock included. */
import type { ZodType } from 'zod';
import type { AllCalls, CallArg, CallResult, CallValue } from '../../shared/ipc.ts';
import type { Failed } from './result.ts';

/** Calls that the desktop program answers itself; all others are the vault's. */
export type AppCall = 'state.read' | 'sandbox.use' | 'page.open';
/** Calls that a vault answers. */
export type VaultCall = Exclude<keyof AllCalls, AppCall>;

/** What the tray's menu has the vault do. */
export type TrayCall =
  | 'account.refresh'
  | 'account.refreshAll'
  | 'account.signIn'
  | 'grant.revoke'
  | 'question.open'
  | 'stream.setMode'
  | 'vault.lock';

/** How one call is answered. A bug throws; everything else is a value. */
export interface Action<C extends keyof AllCalls> {
  /** What the argument must look like; anything else is refused before it runs. */
  readonly arg: ZodType<CallArg<AllCalls[C]>>;
  /**
   * Whether a locked Castkey does it: it looks, takes rights from bots, renews and exchanges tokens, and opens
   * again. It gives nothing out (no file, approval, sign-in) and changes no account, job, application, setting.
   */
  readonly whileLocked: boolean;
  /** Begins at once, in the same turn. */
  run(...args: Parameters<AllCalls[C]>): Promise<CallResult<CallValue<AllCalls[C]>>>;
}
/** An action for each of these calls; a missing one does not compile. */
export type Actions<C extends keyof AllCalls> = { [N in C]: Action<N> };
/** The vault's actions whose names begin with one of these words. */
export type ActionsOf<P extends string> = Actions<Extract<VaultCall, `${P}.${string}`>>;

/** Where the streamer did it. In the tray it may also be any program on the session bus that clicked. */
export type Door = 'window' | 'tray';

/** The same actions, of which a Castkey that is locked, or can't open its store, refuses those that are not for then. */
export function refuseWhileLocked<C extends keyof AllCalls>(
  actions: Actions<C>,
  whyShut: () => Failed<'locked'> | null,
): Actions<C> {
  const guarded = Object.entries<Action<C>>(actions).map(([name, action]) => {
    const run = action.run as (...args: unknown[]) => unknown;
    return [
      name,
      {
        ...action,
        run: async (...args: unknown[]) => (action.whileLocked ? null : whyShut()) ?? run.apply(action, args),
      },
    ];
  });
  return Object.fromEntries(guarded) as Actions<C>;
}
