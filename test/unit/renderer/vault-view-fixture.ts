import type { ActivityKind } from '../../../shared/activity-kinds.ts';
import type { AccountState } from '../../../shared/protocol.ts';
import { SCOPES } from '../../../shared/scopes.ts';
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { AccountView, ActivityView, PeerView, VaultView } from '../../../shared/views.ts';
import { bots } from './bot-view-fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Current scopes, for accounts that have many. */
export const MANY_SCOPES = SCOPES.filter((info) => !info.old).map((info) => info.scope);

/** Sample states are made around this moment. */
export type Now = number;

/** An account in good order, or as `over` says. */
export function account(now: Now, over: Partial<AccountView> = {}): AccountView {
  return {
    userId: '1001',
    login: 'luna_streams',
    intents: ['chat'],
    scopes: ['chat:read', 'chat:edit', 'channel:read:subscriptions', 'moderator:manage:banned_users'],
    state: 'ok',
    stateText: 'Valid, 3 h 12 min left',
    advice: '',
    expiresAt: now + 3 * HOUR + 12 * MINUTE + 20_000,
    obtainedAt: now - 48 * MINUTE,
    validatedAt: now - 12 * MINUTE,
    canRefresh: true,
    refreshing: false,
    saved: true,
    ...over,
  };
}

/** Accounts in every state there is, long names among them. */
export function everyState(now: Now): AccountView[] {
  return [
    account(now),
    account(now, {
      userId: '1002',
      login: 'pixelpanda_bot',
      intents: ['alerts', 'points'],
      scopes: MANY_SCOPES.slice(0, 30),
      state: 'needs-sign-in',
      stateText: 'Twitch no longer accepts this login',
      advice: 'Sign in again; it takes a few seconds.',
      expiresAt: now - HOUR,
    }),
    account(now, {
      userId: '1003',
      login: 'a_very_long_login_name_25',
      intents: ['a-job-with-a-rather-long-name-nobody-would-type', 'moderation', 'clips', 'raids'],
      state: 'offline',
      stateText: 'Valid 22 min, Twitch unreachable since 14:02',
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

/** A bot that proved its key, as the system saw it; or as `over` says. */
export const peer = (over: Partial<PeerView> = {}): PeerView => ({
  claimed: 'chat-helper',
  proved: true,
  pid: 41233,
  uid: 1000,
  program: '/usr/bin/node',
  script: '/home/luna/bots/chat-helper/index.js',
  ...over,
});

/** A few days of activity. */
export function activity(now: Now): ActivityView[] {
  const rows: [number, ActivityKind, string, boolean][] = [
    [2, 'token.served', 'chat-helper got a token for luna_streams.', true],
    [9, 'token.refreshed', 'luna_streams was renewed ahead of time.', true],
    [50, 'approval', 'You denied points-bot the use of luna_streams.', false],
    [26 * 60, 'account.signed-in', 'You signed in as pixelpanda_bot.', true],
    [26 * 60 + 4, 'token.invalidated', 'Twitch no longer accepts the login of pixelpanda_bot.', false],
    [75 * 60, 'pairing', 'You let chat-helper in for good.', true],
  ];
  return rows.map(([minutes, kind, text, ok], index) => ({
    id: 100 - index,
    at: now - minutes * MINUTE,
    kind,
    text,
    bot: text.includes('chat-helper') ? 'chat-helper' : null,
    login: text.includes('luna') ? 'luna_streams' : null,
    scopes: kind === 'token.served' ? ['chat:read', 'chat:edit'] : [],
    ok,
    peer: text.includes('chat-helper') ? peer() : null,
  }));
}

/** The main window's state with three accounts, or as `over` says. */
export function vault(now: Now, over: Partial<VaultView> = {}): VaultView {
  return {
    seq: 1,
    version: '0.1.0',
    electron: { version: '45.4.1', outdated: false },
    notTwitch: null,
    app: { clientId: 'q6batx0epp608isickayubi39itsckt', kind: 'public', redirectUri: REDIRECT_URI },
    locked: false,
    lockReason: null,
    protection: { kind: 'os', backend: 'gnome_libsecret', needsPassphrase: false, problem: null },
    socketProblem: null,
    socketPath: '/run/user/1000/castkey/castkey.sock',
    accounts: accounts(now, 3),
    bots: bots(now),
    activity: activity(now),
    settings: {
      openAtLogin: true,
      closeToTray: true,
      notify: false,
      lockAfterMinutes: 15,
      lockWithScreen: true,
      refreshWhileLocked: true,
    },
    notices: [],
    ...over,
  };
}

/** A vault with everything to warn of at once. */
export function troubledVault(now: Now): VaultView {
  return vault(now, {
    locked: true,
    lockReason: 'idle',
    notTwitch: { url: 'http://127.0.0.1:41999', builtIn: true },
    electron: { version: '33.4.11', outdated: true },
    protection: { kind: 'weak', backend: 'basic_text', needsPassphrase: false, problem: null },
    socketProblem: 'The socket path is longer than this system allows. Set CASTKEY_SOCKET to a shorter one.',
    notices: [
      { id: 1, tone: 'info', text: 'A damaged file was set aside; the copy before it is in use.' },
      {
        id: 2,
        tone: 'error',
        text: 'The disk is full: the newest login of luna_streams could not be saved.',
      },
    ],
    accounts: everyState(now),
  });
}
