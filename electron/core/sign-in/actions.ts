/** What the streamer does in the sign-in window. */
import { z } from 'zod';
import { CALL_LIMITS, type CallResult } from '../../../shared/ipc.ts';
import { USER_ID } from '../accounts/account.ts';
import type { ActionsOf } from '../action.ts';
import type { Deps } from '../ports.ts';
import { NO_BROWSER, noDeviceCode, OK, signInOver, success } from '../result.ts';
import type { Newcomers } from './newcomers.ts';
import { OVER, type PendingSignIn } from './pending-sign-in.ts';
import type { SignInQueue } from './sign-in-queue.ts';

/** The sign-in that the window shows, and what can be done with it. */
export interface ShownSignIn
  extends Pick<SignInQueue, 'shown' | 'update' | 'view'>,
    Pick<Newcomers, 'keep' | 'notMe'> {
  cancel(pending: PendingSignIn): void;
  /** Starts the flow, or starts it over. */
  begin(pending: PendingSignIn): void;
  takeOver(pending: PendingSignIn): void;
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
  const copy = async (pending: PendingSignIn, text: string | null | undefined): Promise<CallResult<void>> => {
    if (!text) return noDeviceCode();
    queue.update(pending, { codeUse: 'elsewhere' });
    await deps.desktop.copy(text);
    return OK;
  };
  /** Ways to sign in, and back from them: not once somebody has. */
  const onWay = (run: (pending: PendingSignIn) => CallResult<void> | Promise<CallResult<void>>) =>
    onSignIn((pending) => (OVER.has(pending.stage) ? signInOver() : run(pending)));
  return {
    'signIn.read': { arg: z.undefined(), whileLocked: true, run: async () => success(queue.view()) },
    'signIn.here': onWay((pending) => {
      const page = pending.flow?.page();
      if (!page) return noDeviceCode();
      const takesCode = page.redirectUri === null && pending.codeUse === 'none';
      queue.update(pending, { stage: 'here', problem: '', ...(takesCode && { codeUse: 'page' }) });
      deps.signIn.showPage({ ...page, origins: deps.twitch.origins });
      return OK;
    }),
    'signIn.browser': onWay(async (pending) => {
      if (pending.device === null) return noDeviceCode();
      const page = pending.flow?.codePage();
      deps.signIn.hidePage();
      queue.update(pending, { codeUse: 'elsewhere', stage: 'browser', problem: '' });
      if (page && (await deps.desktop.openBrowser(page))) return OK;
      // In the window itself, beside the button it names. She may have gone another way by now, or be done.
      if (pending.stage === 'browser') queue.update(pending, { stage: 'choose', problem: NO_BROWSER });
      return OK;
    }),
    'signIn.copyLink': onWay((pending) => copy(pending, pending.flow?.link())),
    'signIn.copyCode': onWay((pending) => copy(pending, pending.device?.userCode)),
    'signIn.back': onWay((pending) => {
      deps.signIn.hidePage();
      // From now on the code may be typed anywhere: what comes of it can't be told from the page.
      const codeUse = pending.codeUse === 'page' ? 'elsewhere' : pending.codeUse;
      queue.update(pending, { stage: 'choose', problem: '', codeUse });
      return OK;
    }),
    'signIn.keep': {
      arg: z.strictObject({ id: z.string().min(1).max(CALL_LIMITS.idLength), userId: USER_ID }),
      whileLocked: true,
      async run({ id, userId }) {
        const pending = queue.shown();
        return pending?.id === id ? queue.keep(pending, userId) : signInOver();
      },
    },
    'signIn.notMe': onSignIn((pending) => queue.notMe(pending)),
    'signIn.goOn': onSignIn((pending) => {
      queue.takeOver(pending);
      return OK;
    }),
    'signIn.again': onSignIn((pending) => {
      if (pending.stage !== 'failed') return signInOver();
      queue.update(pending, { problem: '' });
      queue.begin(pending);
      queue.takeOver(pending);
      return OK;
    }),
    'signIn.cancel': onSignIn((pending) => {
      queue.cancel(pending);
      return OK;
    }),
  };
}
