/** People and their logins in words for the streamer. */
import { applicationName } from '../../../shared/application-name.ts';
import type { AccountView, ApplicationView, LoginView } from '../../../shared/views.ts';
import { type Account, currentName, stateOf, timeLeft } from './account.ts';
import { PARKED_WORDS, TRY_ANYWAY_COST } from './parked-words.ts';
import { refreshAheadAt } from './refresh-policy.ts';

/** What the words depend on besides the logins; `held`: nothing is refreshed while Castkey is locked. */
export interface AccountContext {
  applications: readonly ApplicationView[];
  intentsOf(userId: string): string[];
  /** Her name and picture as Twitch shows them. */
  presentationOf(userId: string): Pick<AccountView, 'displayName' | 'picture'>;
  now: number;
  held: boolean;
}

/** What windows may know of these logins: one view a person, in the order their first logins have. */
export function accountViews(logins: readonly Account[], context: AccountContext): AccountView[] {
  const people = new Map<string, Some<Account>>();
  for (const login of logins) {
    const others = people.get(login.userId);
    people.set(login.userId, others ? [...others, login] : [login]);
  }
  return [...people].map(([userId, own]) => personView(userId, own, context));
}

type Some<T> = [T, ...T[]];

function personView(userId: string, logins: Some<Account>, context: AccountContext): AccountView {
  const preferred = context.applications.find(({ isDefault }) => isDefault)?.clientId;
  const first = logins.find(({ clientId }) => clientId === preferred) ?? logins[0];
  const others = logins.filter((login) => login !== first);
  return {
    userId,
    login: currentName(logins) ?? userId,
    ...context.presentationOf(userId),
    intents: context.intentsOf(userId),
    logins: [loginView(first, context), ...others.map((login) => loginView(login, context))],
  };
}

function loginView(account: Account, { applications, now, held }: AccountContext): LoginView {
  const { clientId, tokens, validatedAt, refreshing, saved } = account;
  const application = applications.find((known) => known.clientId === clientId);
  return {
    clientId,
    application: applicationName(application ?? { clientId, label: '' }),
    scopes: tokens.scopes,
    state: stateOf(account),
    stateText: `${stateText(account, now)}${held ? '; not renewed while Castkey is locked' : ''}`,
    advice: advice(account, now) || (held ? heldAdvice(account, now) : ''),
    expiresAt: tokens.expiresAt,
    obtainedAt: tokens.obtainedAt,
    validatedAt,
    canRefresh: tokens.refresh !== null,
    tryAnyway: tokens.use.parked === null ? null : TRY_ANYWAY_COST,
    refreshing,
    saved,
  };
}

function stateText(account: Account, now: number): string {
  // No duration: this text stands still while the window counts down beside it.
  const valid = timeLeft(account.tokens, now) === 0 ? 'not valid any more' : 'valid';
  if (account.offlineSince !== null && account.state === 'ok') {
    return `${valid}, Twitch unreachable since ${clockTime(account.offlineSince)}`;
  }
  if (account.state === 'ok') return valid;
  if (account.blocked !== null) return BLOCKED[account.blocked];
  const { parked } = account.tokens.use;
  if (parked !== null && parked !== 'refused') return PARKED_WORDS[parked];
  if (account.state === 'expired') return 'this bare token is over';
  // Refused, it may have ended already: nothing here says that it is still valid.
  const refused = account.state === 'setup' ? 'Twitch refuses the application' : 'Twitch refuses this login';
  return `${refused} (${account.trouble})`;
}

const BLOCKED = {
  superseded: 'a newer login of it is on the disk, and can’t be opened',
  foreign: 'Twitch says that the stored token is another account’s',
} as const;

function advice(account: Account, now: number): string {
  if (account.blocked !== null) return 'Quit any other Castkey. If that doesn’t help, sign in again.';
  if (!account.saved)
    return 'The newest login could not be written to disk. Free some space; Castkey keeps trying.';
  if (account.tokens.use.parked !== null) return 'Sign in again: Castkey leaves this login alone.';
  if (account.state === 'needs-sign-in') return 'Sign in again, or refresh to try once more.';
  if (account.state === 'setup') return 'Check the Twitch application in Settings.';
  if (account.state === 'expired') return 'Sign in, so that Castkey can renew it by itself.';
  if (account.offlineSince !== null) {
    const goesOn = 'Castkey goes on by itself as soon as Twitch answers.';
    return account.offlineBlame ? `${account.offlineBlame} ${goesOn}` : `Nothing to do: ${goesOn}`;
  }
  const soonOver = account.tokens.refresh === null && timeLeft(account.tokens, now) < 3_600_000;
  return soonOver ? 'A bare token can’t be renewed. Sign in to keep this account going.' : '';
}

function heldAdvice(account: Account, now: number): string {
  const over = timeLeft(account.tokens, now) === 0;
  if (account.tokens.refresh === null || (!over && refreshAheadAt(account.tokens) > now)) return '';
  return `${over ? 'The token has run out' : 'The token is running out'}: unlock Castkey, and it is renewed at once.`;
}

function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
