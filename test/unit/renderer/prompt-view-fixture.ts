import type {
  ApprovalApplicationView,
  ApprovalView,
  ApprovalWantView,
  SignInView,
} from '../../../shared/prompt-views.ts';
import { MANY_SCOPES, type Now } from './account-view-fixture.ts';

const MINUTE = 60_000;

/** A bot's first request. */
export function approval(now: Now, over: Partial<ApprovalView> = {}): ApprovalView {
  return {
    id: 'a1',
    digest: 'digest-of-a1',
    kind: 'pair',
    claimedName: 'chat-helper',
    reason: 'Answers !commands in chat and thanks new subscribers.',
    claims: [],
    peer: {
      pid: 41233,
      program: '/usr/bin/node',
      script: '/home/luna/bots/chat-helper/index.js',
      parent: '/usr/bin/zsh',
    },
    doubts: [],
    otherProgram: false,
    interpreter: true,
    remote: false,
    changes: [],
    introduces: false,
    similarNames: [],
    application: null,
    habit: null,
    wants: [
      {
        app: false,
        optional: [],
        intent: 'chat',
        account: { userId: '1001', login: 'luna_streams' },
        absentUser: null,
        granted: ['chat:read', 'chat:edit', 'channel:manage:polls'],
        choices: [],
        otherBots: [],
        scopes: ['chat:read', 'chat:edit', 'moderator:manage:banned_users'],
      },
    ],
    again: false,
    answerable: 'nothing',
    expiresAt: now + 60_000,
    waiting: 0,
    sameNameWaiting: 0,
    notTwitch: null,
    ...over,
  };
}

/** A bot's first request, for a job that three accounts could take. */
export function jobApproval(now: Now): ApprovalView {
  const choices = ['luna_streams', 'luna_bot', 'modmax'].map((login, index) => ({
    userId: String(1001 + index),
    login,
    granted: ['chat:read', 'channel:read:stream_key', 'channel:manage:moderators'].slice(0, index + 1),
  }));
  const [want] = approval(now).wants;
  return approval(now, {
    notTwitch: { url: 'http://127.0.0.1:41999', builtIn: true },
    wants: want ? [{ ...want, account: null, granted: [], choices }] : [],
  });
}

/** The same on a fresh profile, where there is no account yet. */
export function freshJobApproval(now: Now): ApprovalView {
  const view = jobApproval(now);
  return {
    ...view,
    application: broughtApplication,
    wants: view.wants.map((want) => ({ ...want, choices: [] })),
  };
}

/** A Twitch application nobody here knows yet. */
export const broughtApplication: ApprovalApplicationView = {
  state: 'brought',
  clientId: 'brought0123456789abcdefghijklm',
  label: '',
  choices: [],
};

/** No application is named, and there is no default. */
export const missingApplication: ApprovalApplicationView = {
  state: 'missing',
  clientId: null,
  label: '',
  choices: [
    { clientId: 'q6batx0epp608isickayubi39itsckt', label: 'My bots' },
    { clientId: 'song9jx2d8k3m4n5b6v7c8x9z0', label: 'song-requests' },
  ],
};

/** A request for jobs nobody has, with thirty scopes, and more behind it. */
export function longApproval(now: Now): ApprovalView {
  return approval(now, {
    kind: 'grant',
    claimedName: 'the-all-in-one-stream-companion-with-a-long-name',
    waiting: 3,
    notTwitch: { url: 'http://127.0.0.1:41999', builtIn: true },
    peer: {
      pid: 7,
      program: '/opt/a/rather/deep/folder/with-a-long-name/that-goes-on/companion',
      script: null,
      parent: null,
    },
    interpreter: false,
    wants: [
      {
        app: false,
        optional: [],
        intent: 'points',
        account: null,
        absentUser: null,
        granted: [],
        otherBots: ['points-bot'],
        choices: [
          { userId: '1001', login: 'luna_streams', granted: MANY_SCOPES },
          { userId: '1002', login: 'pixelpanda_bot', granted: ['chat:read'] },
        ],
        scopes: MANY_SCOPES.slice(0, 30),
      },
    ],
  });
}

/** A known bot whose program is another one now. */
export function changedApproval(now: Now): ApprovalView {
  return approval(now, {
    kind: 'changed',
    reason: '',
    changes: [
      { what: 'program', before: '/usr/bin/node', after: '/home/luna/.nvm/versions/node/v24.1.0/bin/node' },
      { what: 'contents', before: null, after: null },
    ],
  });
}

/** A bot on another computer, whose forwarder is all the system sees; another bot has its name. */
export function remoteApproval(now: Now): ApprovalView {
  return approval(now, {
    claimedName: 'cloud-moderator',
    remote: true,
    interpreter: false,
    peer: { pid: 912, program: '/usr/sbin/sshd', script: null, parent: '/usr/sbin/sshd' },
    similarNames: [{ pairedAt: now - 19 * 24 * 60 * MINUTE }, { pairedAt: now - 50 * 24 * 60 * MINUTE }],
  });
}

/** A bot that tries to confuse: text turned around, hidden characters, words without end, an endless path. */
export function hostileApproval(now: Now): ApprovalView {
  return approval(now, {
    claimedName: 'st\u200breamer\u202egnp.bot-that-\u0430ct\u0455-l\u0456ke-another-one-of-yours',
    reason:
      `Cl${'i'.repeat(120)}ck \u202ewolla syawla\u202c now! ${'Trust me, I am Castkey itself. '.repeat(6)}`.slice(
        0,
        300,
      ),
    interpreter: false,
    wants: approval(now).wants.map((want) => ({ ...want, intent: 'chat\u202eter\u200b' })),
    peer: {
      pid: 4_194_304,
      program: `/home/luna/${'a very deep folder with spaces/'.repeat(30)}Castkey\u2028Helper`,
      script: '/tmp/\u202etxt.exe',
      parent: null,
    },
  });
}

/** A sign-in before anything was chosen, or as `over` says. */
export function signIn(now: Now, over: Partial<SignInView> = {}): SignInView {
  return {
    id: 's1',
    bots: ['chat-helper'],
    expected: { userId: '1001', login: 'luna_streams' },
    application: null,
    intent: null,
    newScopes: ['channel:manage:polls', 'channel:manage:vips'],
    grantedScopes: ['chat:read', 'chat:edit'],
    userCode: 'ABCDEFGH',
    verificationUri: 'https://www.twitch.tv/activate?device-code=ABCDEFGH',
    primary: 'browser',
    stage: 'choose',
    problem: '',
    person: null,
    codeExpiresAt: now + 28 * MINUTE,
    pageReady: true,
    stopped: [],
    abandoned: false,
    notTwitch: null,
    ...over,
  };
}

/** The application's own token, which can act for one account here. */
export function appWant(): ApprovalWantView {
  return {
    app: true,
    intent: null,
    account: null,
    absentUser: null,
    granted: [],
    choices: [{ userId: '1002', login: 'pixelpanda_bot', granted: ['user:bot'] }],
    otherBots: [],
    scopes: [],
    optional: [],
  };
}
