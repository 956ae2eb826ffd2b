/** What the streamer does in the sign-in window. */
import { z } from 'zod';
import type { CallResult } from '../../../shared/ipc.ts';
import type { SignInView } from '../../../shared/views.ts';
import type { ActionsOf } from '../action.ts';
import type { Deps } from '../ports.ts';
import { noBrowser, noDeviceCode, OK, signInOver, success } from '../result.ts';
import type { PendingSignIn } from './pending-sign-in.ts';

/** The sign-in that the window shows, and what can be done with it. */
export interface ShownSignIn {
  job(): PendingSignIn | null;
  view(): SignInView | null;
  update(job: PendingSignIn, change: Partial<Pick<PendingSignIn, 'problem' | 'stage'>>): void;
  cancel(job: PendingSignIn): void;
}
type ActionDeps = Pick<Deps, 'signIn' | 'desktop' | 'twitch'>;

/** Each is for the sign-in with that ID, and does nothing for one that is over: locking ends it, too. */
export function signInActions(deps: ActionDeps, shown: ShownSignIn): ActionsOf<'signIn'> {
  const onJob = (run: (job: PendingSignIn) => CallResult<void> | Promise<CallResult<void>>) => ({
    arg: z.strictObject({ id: z.string().min(1).max(128) }),
    whileLocked: true,
    async run({ id }: { id: string }) {
      const job = shown.job();
      return job?.id === id ? run(job) : signInOver();
    },
  });
  return {
    'signIn.read': { arg: z.undefined(), whileLocked: true, run: async () => success(shown.view()) },
    'signIn.here': onJob((job) => {
      const page = job.flow?.page();
      if (!page) return noDeviceCode();
      shown.update(job, { stage: 'here', problem: '' });
      deps.signIn.showPage({ ...page, origins: deps.twitch.origins });
      return OK;
    }),
    'signIn.browser': onJob(async (job) => {
      const link = job.flow?.link();
      if (!link) return noDeviceCode();
      deps.signIn.hidePage();
      if (!(await deps.desktop.openBrowser(link))) return noBrowser();
      shown.update(job, { stage: 'browser', problem: '' });
      return OK;
    }),
    'signIn.copyLink': onJob(async (job) => {
      const link = job.flow?.link();
      if (!link) return noDeviceCode();
      await deps.desktop.copy(link);
      return OK;
    }),
    'signIn.back': onJob((job) => {
      deps.signIn.hidePage();
      shown.update(job, { stage: 'choose', problem: '' });
      return OK;
    }),
    'signIn.cancel': onJob((job) => {
      shown.cancel(job);
      return OK;
    }),
  };
}
