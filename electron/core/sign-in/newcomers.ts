/**
 * People who are new here and have signed in where Castkey could not see it. Whoever has a device code can sign
 * in with it as herself, so the streamer is asked whether it was her before anything is stored.
 */
import { type CallResult, PROMPT_GUARD } from '../../../shared/ipc.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AdoptedLogin } from '../accounts/new-login.ts';
import type { Deps } from '../ports.ts';
import { type Failed, newcomerUnanswered, notYou, OK, questionTooNew, signInOver } from '../result.ts';
import type { Twitch } from '../twitch/endpoints.ts';
import type { CodeUse, Newcomer, NewcomerQuestion, PendingSignIn } from './pending-sign-in.ts';
import type { SignInQueue } from './sign-in-queue.ts';

/** A pair that nobody decides on is given back after this long. */
const ANSWER_MS = 5 * 60_000;

/**
 * The one rule on who is asked about: not whoever is here already, nor whoever consented on the page inside
 * Castkey's window. A redirect is caught there and nowhere else; a device code says nothing of where it was
 * typed, so it counts as used there only while nothing else was done with it.
 */
export function mustAsk(way: 'redirect' | 'code', use: CodeUse, isKnown: boolean): boolean {
  return !isKnown && way === 'code' && use !== 'page';
}

interface NewcomerServices {
  deps: Pick<Deps, 'clock' | 'timers'>;
  accounts: Pick<Accounts, 'get'>;
  twitch: Pick<Twitch, 'revoke'>;
  record(text: string, more: { login: string; ok: boolean }): void;
  update: SignInQueue['update'];
  /** Stores the login and answers whoever waits; false when there is a better one here by now. */
  store(pending: PendingSignIn, login: AdoptedLogin): Promise<boolean>;
  /** Ends the sign-in and tells whoever waits why. */
  giveUp(pending: PendingSignIn, why: Failed): void;
  /** The same, and the window says it, too. */
  expire(pending: PendingSignIn, why: Failed): void;
}

/** Asks about newcomers, each at the sign-in that brought it. */
export interface Newcomers {
  ask(pending: PendingSignIn, newcomer: Newcomer): void;
  /** `userId` is the person the window named. */
  keep(pending: PendingSignIn, userId: string): Promise<CallResult<void>>;
  /** She says that it isn't her. */
  notMe(pending: PendingSignIn): CallResult<void>;
  /** The sign-in is over: what was not decided on goes back to Twitch. */
  drop(pending: PendingSignIn): void;
}

/** Holds nothing of its own. */
export function createNewcomers(services: NewcomerServices): Newcomers {
  const { deps, accounts, twitch, record, store, update, giveUp, expire } = services;

  function take(pending: PendingSignIn): NewcomerQuestion | null {
    const { question } = pending;
    question?.over();
    pending.question = null;
    return question;
  }

  function giveBack(pending: PendingSignIn, why: string): boolean {
    const question = take(pending);
    if (question === null) return false;
    const { login, clientId, userId } = question.login;
    // Best effort: nothing of it is here any more. A login that came in by another way meanwhile is spared.
    if (accounts.get({ clientId, userId }) === null) void twitch.revoke(clientId, question.pair.access);
    record(`${login} signed in at Twitch, ${why}: nothing was kept`, { login, ok: false });
    return true;
  }

  return {
    ask(pending, newcomer) {
      const now = deps.clock.now();
      const question: NewcomerQuestion = {
        ...newcomer,
        askedAt: deps.clock.monotonic(),
        keepAt: now + PROMPT_GUARD.allowMs,
        expiresAt: now + ANSWER_MS,
        over: deps.timers.after(ANSWER_MS, () => expire(pending, newcomerUnanswered())),
      };
      pending.question = question;
      update(pending, { stage: 'confirm', problem: '' });
    },
    async keep(pending, userId) {
      if (pending.question?.login.userId !== userId) return signInOver();
      if (deps.clock.monotonic() < pending.question.askedAt + PROMPT_GUARD.allowMs) return questionTooNew();
      const question = take(pending);
      if (question === null) return signInOver();
      const { login } = question.login;
      if (await store(pending, question.login))
        record(`${login} signed in at Twitch, and you kept the login`, { login, ok: true });
      return OK;
    },
    notMe(pending) {
      if (!giveBack(pending, 'and you said that it isn’t you')) return signInOver();
      giveUp(pending, notYou());
      return OK;
    },
    drop: (pending) => void giveBack(pending, 'and nobody said whether it was you'),
  };
}
