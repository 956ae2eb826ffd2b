/** What the streamer does in the sign-in window. */
import { z } from 'zod';
import { CALL_LIMITS, type CallResult } from '../../../shared/ipc.ts';
import type { ActionsOf } from '../action.ts';
import type { Deps } from '../ports.ts';
import { noBrowser, noDeviceCode, OK, signInOver, success } from '../result.ts';
import type { PendingSignIn } from './pending-sign-in.ts';
import type { SignInQueue } from './sign-in-queue.ts';

/** The sign-in that the window shows, and what can be done with it. */
export interface ShownSignIn extends Pick<SignInQueue, 'shown' | 'update' | 'view'> {
  cancel(pending: PendingSignIn): void;
}
type ActionDeps = Pick<Deps, 'signIn' | 'desktop' | 'twitch'>;

/** Each is for the sign-in with that ID, and does nothing for one that is over: locking ends it, too. */
export function signInActions(deps: ActionDeps, queue: ShownSignIn): ActionsOf<'signIn'> {
  const onSignIn = (run: (pending: PendingSignIn) => CallResult<void> | Promise<CallResult<void>>) => ({
    arg: z.strictObject({ id: z.string().min(1).max(CALL_LIMITS.idLength) }),
    whileLocked: true,
    async run({ id }: { id: string }) {
      const pending = queue.shown();
      return pending?.id === id ? run(pending) : signInOver();
    },
  });
  return {
    'signIn.read': { arg: z.undefined(), whileLocked: true, run: async () => success(queue.view()) },
    'signIn.here': onSignIn((pending) => {
      const page = pending.flow?.page();
      if (!page) return noDeviceCode();
      queue.update(pending, { stage: 'here', problem: '' });
      deps.signIn.showPage({ ...page, origins: deps.twitch.origins });
      return OK;
    }),
    'signIn.browser': onSignIn(async (pending) => {
      const link = pending.flow?.link();
      if (!link) return noDeviceCode();
      deps.signIn.hidePage();
      if (!(await deps.desktop.openBrowser(link))) return noBrowser();
      queue.update(pending, { stage: 'browser', problem: '' });
      return OK;
    }),
    'signIn.copyLink': onSignIn(async (pending) => {
      const link = pending.flow?.link();
      if (!link) return noDeviceCode();
      await deps.desktop.copy(link);
      return OK;
    }),
    'signIn.back': onSignIn((pending) => {
      deps.signIn.hidePage();
      queue.update(pending, { stage: 'choose', problem: '' });
      return OK;
    }),
    'signIn.cancel': onSignIn((pending) => {
      queue.cancel(pending);
      return OK;
    }),
  };
}
