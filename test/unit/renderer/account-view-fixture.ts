import type { AccountState } from '../../../shared/protocol.ts';
import { SCOPES } from '../../../shared/scopes.ts';
import type { AccountView, LoginView } from '../../../shared/views.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Current scopes, for accounts that have many. */
export const MANY_SCOPES = SCOPES.filter((info) => !info.old).map((info) => info.scope);

/** Sample states are made around this moment. */
export type Now = number;

/** Client ID of the default Twitch application. */
export const DEFAULT_APP = 'q6batx0epp608isickayubi39itsckt';

/** A login in good order for the default application, or as `over` says. */
export function login(now: Now, over: Partial<LoginView> = {}): LoginView {
  return {
    clientId: DEFAULT_APP,
    application: 'Application q6batx0e…',
    scopes: ['chat:read', 'chat:edit', 'channel:read:subscriptions', 'moderator:manage:banned_users'],
    state: 'ok',
    stateText: 'valid',
    advice: '',
    expiresAt: now + 3 * HOUR + 12 * MINUTE + 20_000,
    obtainedAt: now - 48 * MINUTE,
    validatedAt: now - 12 * MINUTE,
    canRefresh: true,
    tryAnyway: null,
    refreshing: false,
    saved: true,
    ...over,
  };
}

/** A person with one login in good order, or as `over` says of either. */
export function account(now: Now, over: Partial<AccountView & LoginView> = {}): AccountView {
  const { userId = '1001', intents = ['chat'], displayName = null, picture = null, logins, ...rest } = over;
  const { login: name = 'luna_streams', ...ofLogin } = rest;
  return { userId, login: name, displayName, picture, intents, logins: logins ?? [login(now, ofLogin)] };
}

/** One that Twitch refuses, or as `over` says. */
export const refusedAccount = (now: Now, over: Partial<AccountView & LoginView> = {}): AccountView =>
  account(now, {
    userId: '1002',
    login: 'pixelpanda_bot',
    intents: ['alerts', 'points'],
    scopes: MANY_SCOPES.slice(0, 30),
    state: 'needs-sign-in',
    stateText: 'Twitch no longer accepts this login',
    advice: 'Sign in again; it takes a few seconds.',
    expiresAt: now - HOUR,
    ...over,
  });

/** Accounts in every state there is, long names among them. */
export function everyState(now: Now): AccountView[] {
  return [
    account(now),
    refusedAccount(now),
    account(now, {
      userId: '1003',
      login: 'a_very_long_login_name_25',
      intents: ['a-job-with-a-rather-long-name-nobody-would-type', 'moderation', 'clips', 'raids'],
      state: 'offline',
      stateText: 'valid, Twitch unreachable since 14:02',
      advice: 'Nothing to do: Castkey keeps trying.',
      expiresAt: now + 22 * MINUTE,
    }),
    account(now, {
      userId: '1004',
      login: 'old_overlay',
      intents: [],
      scopes: [],
      state: 'expired',
      stateText: 'This bare token’s time is over',
      advice: 'Sign in with Twitch to get one that Castkey can renew.',
      expiresAt: now - 5 * HOUR,
      canRefresh: false,
      validatedAt: null,
    }),
    account(now, {
      userId: '1005',
      login: 'clipmaker',
      intents: [],
      state: 'setup',
      stateText: 'Twitch refuses the application’s secret',
      advice: 'Enter the Twitch application again in Settings.',
      saved: false,
      expiresAt: now + 40_000,
    }),
    account(now, {
      userId: '1006',
      login: 'forever_token',
      intents: [],
      expiresAt: null,
      canRefresh: false,
      refreshing: false,
    }),
  ];
}

/** `count` accounts, a few of them in trouble. */
export function accounts(now: Now, count: number): AccountView[] {
  const states: AccountState[] = ['ok', 'ok', 'ok', 'ok', 'offline', 'ok', 'ok', 'needs-sign-in', 'ok', 'ok'];
  return Array.from({ length: count }, (_, index) => {
    const state = count > 3 ? (states[index % states.length] ?? 'ok') : 'ok';
    const name = ['luna_streams', 'pixelpanda_bot', 'nightowl_speedruns', 'tea_and_tactics'][index % 4];
    return account(now, {
      userId: String(1001 + index),
      login: index < 4 ? `${name}` : `${name}_${index}`,
      intents: index === 0 ? ['chat'] : index % 3 === 1 ? ['alerts', 'points'] : [],
      scopes: MANY_SCOPES.slice(index, index + 3 + (index % 7)),
      state,
      stateText:
        state === 'ok'
          ? 'Valid'
          : state === 'offline'
            ? 'Valid, Twitch unreachable since 14:02'
            : 'Twitch no longer accepts this login',
      advice: state === 'needs-sign-in' ? 'Sign in again.' : '',
      expiresAt: now + (index + 1) * 7 * MINUTE,
      obtainedAt: now - (60 - index) * MINUTE,
    });
  });
}

/** A person who signed in for three applications, with a login in trouble among them. */
export const severalLogins = (now: Now, over: Partial<AccountView> = {}): AccountView =>
  account(now, {
    logins: [
      login(now, { application: 'My bots' }),
      login(now, {
        clientId: 'song9jx2d8k3m4n5b6v7c8x9z0',
        application: 'song-requests',
        scopes: ['chat:read'],
        expiresAt: now + 25 * MINUTE,
      }),
      login(now, {
        clientId: 'clip0a1s2d3f4g5h6j7k8l9q0w',
        application: 'The Clip Companion for Very Busy Streamers',
        scopes: MANY_SCOPES.slice(0, 9),
        state: 'needs-sign-in',
        stateText: 'Twitch no longer accepts this login',
        advice: 'Sign in again; it takes a few seconds.',
        expiresAt: now - HOUR,
      }),
    ],
    ...over,
  });
