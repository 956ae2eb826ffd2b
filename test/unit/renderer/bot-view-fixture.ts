import type { BotView, GrantView } from '../../../shared/views.ts';
import { MANY_SCOPES, type Now } from './account-view-fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A permission in use, or as `over` says. */
export function grant(now: Now, over: Partial<GrantView> = {}): GrantView {
  return {
    id: 'g1',
    userId: null,
    intent: 'chat',
    app: false,
    ends: null,
    login: 'luna_streams',
    scopes: ['chat:read', 'chat:edit'],
    createdAt: now - 20 * DAY,
    firstUsedAt: now - 19 * DAY,
    lastUsedAt: now - 4 * MINUTE,
    uses: 412,
    ...over,
  };
}

/** A bot in daily use, or as `over` says. */
export function bot(now: Now, over: Partial<BotView> = {}): BotView {
  return {
    keyId: 'k1',
    name: 'chat-helper',
    pairedAt: now - 20 * DAY,
    lastSeenAt: now,
    connections: 2,
    program: '/usr/bin/node',
    script: '/home/luna/bots/chat-helper/index.js',
    introduced: null,
    remote: false,
    changed: null,
    similarNames: 0,
    clientId: 'q6batx0epp608isickayubi39itsckt',
    holds: [],
    scopes: [],
    grants: [
      grant(now),
      grant(now, {
        id: 'g2',
        userId: '1002',
        intent: null,
        login: 'pixelpanda_bot',
        scopes: MANY_SCOPES.slice(0, 12),
        firstUsedAt: null,
        lastUsedAt: null,
        uses: 0,
      }),
    ],
    ...over,
  };
}

/** Two bots: one busy, one idle. */
export function bots(now: Now): BotView[] {
  return [
    bot(now),
    bot(now, {
      keyId: 'k2',
      name: 'alerts-overlay',
      pairedAt: now - 2 * HOUR,
      lastSeenAt: now - 30 * HOUR,
      connections: 0,
      program: null,
      script: null,
      grants: [],
    }),
  ];
}

/** Bots in every state that needs a look: changed, held, from elsewhere, of one name, named to confuse. */
export function oddBots(now: Now): BotView[] {
  return [
    bot(now, {
      changed: {
        at: now - 3 * HOUR,
        held: true,
        changes: [
          { what: 'program', before: '/usr/bin/node', after: '/home/luna/.nvm/versions/node/v24/bin/node' },
          { what: 'contents', before: null, after: null },
        ],
      },
      similarNames: 1,
    }),
    bot(now, {
      keyId: 'k2',
      pairedAt: now - 40 * DAY,
      lastSeenAt: now - 9 * DAY,
      connections: 0,
      similarNames: 1,
      grants: [grant(now, { id: 'g5', lastUsedAt: now - 9 * DAY, uses: 1 })],
    }),
    bot(now, {
      keyId: 'k3',
      name: 'cloud-moderator',
      program: '/usr/sbin/sshd',
      script: null,
      remote: true,
      connections: 1,
      changed: {
        at: now - 10 * MINUTE,
        held: false,
        changes: [
          {
            what: 'place',
            before: 'this computer',
            after: 'another computer, or a program behind /usr/sbin/sshd',
          },
        ],
      },
      grants: [grant(now, { id: 'g6', intent: 'raids', login: null, uses: 0, lastUsedAt: null })],
    }),
    bot(now, {
      keyId: 'k4',
      name: 'tob\u202egnihton\u200b-and-a-name-as-long-as-they-may-be-here-12345678',
      program: `/opt/${'a-rather-deep-folder/'.repeat(16)}companion`,
      script: null,
      connections: 0,
      lastSeenAt: null,
      grants: [],
    }),
  ];
}

const NAMES = [
  'chat-helper',
  'alerts-overlay',
  'song-requests',
  'clip-maker',
  'raid-radar',
  'stats',
  'points',
];

/** `count` bots: most of them idle, two to look at. */
export function manyBots(now: Now, count: number): BotView[] {
  const odd = oddBots(now).slice(0, Math.min(4, count));
  const rest = Array.from({ length: count - odd.length }, (_, index) => {
    const name = `${NAMES[index % NAMES.length]}-${index + 1}`;
    const grants = Array.from({ length: index % 4 }, (_unused, place) =>
      grant(now, {
        id: `g${index}-${place}`,
        userId: String(1001 + place),
        intent: null,
        login: ['luna_streams', 'pixelpanda_bot', 'nightowl_speedruns'][place] ?? null,
        uses: index * place,
        lastUsedAt: index * place ? now - index * HOUR : null,
      }),
    );
    return bot(now, {
      keyId: `m${index}`,
      name,
      connections: index % 5 === 0 ? 1 : 0,
      lastSeenAt: now - index * 5 * HOUR,
      pairedAt: now - (index + 3) * DAY,
      grants,
    });
  });
  return [...odd, ...rest];
}

/** A bot whose permissions end by themselves, which holds a token of one that has ended, and lacks some scopes. */
export function endingBot(now: Now, over: Partial<BotView> = {}): BotView {
  return bot(now, {
    grants: [
      grant(now, { ends: { kind: 'at', at: now + 3 * HOUR + 12 * MINUTE } }),
      grant(now, { id: 'g2', userId: '1002', intent: null, ends: { kind: 'stream', offlineSince: null } }),
      grant(now, {
        ...{ id: 'g3', userId: '1003', intent: null, login: 'nightowl_speedruns', uses: 1 },
        ends: { kind: 'stream', offlineSince: now - 4 * MINUTE },
      }),
      grant(now, { id: 'g4', intent: null, app: true, login: null, scopes: [] }),
    ],
    holds: [
      {
        userId: '1004',
        clientId: 'q6batx0epp608isickayubi39itsckt',
        application: 'My bots',
        login: 'pixelpia',
        expiresAt: now + 47 * MINUTE,
        endable: true,
      },
    ],
    scopes: [
      { scope: 'chat:read', required: true, granted: true },
      { scope: 'chat:edit', required: true, granted: false },
      { scope: 'channel:manage:redemptions', required: false, granted: false },
    ],
    ...over,
  });
}
