import type { ActivityKind } from '../../../shared/activity-kinds.ts';
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { ActivityView, ApplicationView, PeerView, VaultView } from '../../../shared/views.ts';
import { accounts, everyState, type Now } from './account-view-fixture.ts';
import { bots } from './bot-view-fixture.ts';

const MINUTE = 60_000;

/** A bot that proved its key, as the system saw it; or as `over` says. */
export const peer = (over: Partial<PeerView> = {}): PeerView => ({
  claimed: 'chat-helper',
  proved: true,
  pid: 41233,
  uid: 1000,
  program: '/usr/bin/node',
  script: '/home/luna/bots/chat-helper/index.js',
  doubts: [],
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

/** The default Twitch application, entered a while ago, or as `over` says. */
export function application(now: Now, over: Partial<ApplicationView> = {}): ApplicationView {
  return {
    clientId: 'q6batx0epp608isickayubi39itsckt',
    kind: 'public',
    label: '',
    source: 'entered',
    addedAt: now - 90 * 24 * 60 * MINUTE,
    isDefault: true,
    usable: true,
    ...over,
  };
}

/** Three applications: her own, one that a bot brought, and a confidential one whose secret can't be opened. */
export function applications(now: Now): ApplicationView[] {
  return [
    application(now, { label: 'My bots' }),
    application(now, {
      ...{ clientId: 'song9jx2d8k3m4n5b6v7c8x9z0', label: 'song-requests', source: 'bot', isDefault: false },
      addedAt: now - 3 * 24 * 60 * MINUTE,
    }),
    application(now, {
      ...{ clientId: 'clip0a1s2d3f4g5h6j7k8l9q0w', label: 'Clips', kind: 'confidential' },
      ...{ source: 'backup', isDefault: false, usable: false },
    }),
  ];
}

/** The main window's state with three accounts, or as `over` says. */
export function vault(now: Now, over: Partial<VaultView> = {}): VaultView {
  return {
    seq: 1,
    version: '0.1.0',
    electron: { version: '45.4.1', outdated: false },
    notTwitch: null,
    applications: [application(now)],
    redirectUri: REDIRECT_URI,
    stream: { mode: false, live: [] },
    questions: [],
    locked: false,
    lockReason: null,
    protection: {
      kind: 'os',
      backend: 'gnome_libsecret',
      needsPassphrase: false,
      needsKeychain: null,
      damaged: false,
      problem: null,
    },
    socketProblem: null,
    socketPath: '/run/user/1000/castkey/castkey.sock',
    passedOver: [],
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
    protection: {
      kind: 'weak',
      backend: 'basic_text',
      needsPassphrase: false,
      needsKeychain: null,
      damaged: false,
      problem: null,
    },
    socketProblem: 'The socket path is longer than this system allows. Set CASTKEY_SOCKET to a shorter one.',
    notices: [
      { id: 1, tone: 'warning', text: 'A damaged file was set aside; the copy before it is in use.' },
      {
        id: 2,
        tone: 'error',
        text: 'The disk is full: the newest login of luna_streams could not be saved.',
      },
    ],
    accounts: everyState(now),
  });
}
