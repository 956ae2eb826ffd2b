import type { UserState, WireEventBody } from '../../../shared/protocol.ts';
import { PRINTS, type Scenario } from './scenario.ts';
import type { SendAnswer } from './send-answer.ts';
import { type Responder, theUser } from './vault-behaviour.ts';

/** An answer to `subscribe`, with these events behind it in one piece. */
const sendWithEvents =
  (events: (user: UserState) => readonly (WireEventBody | { readonly type: string })[]): SendAnswer =>
  ({ socket }, answer) => {
    const { result } = JSON.parse(answer.toString()) as { result?: { seq?: number; users?: UserState[] } };
    const [user] = result?.users ?? [];
    const following = result?.seq === undefined || user === undefined ? [] : events(user);
    const lines = following.map((event, index) => {
      const params = { seq: (result?.seq ?? 0) + index + 1, ...event };
      return `${JSON.stringify({ jsonrpc: '2.0', method: 'event', params })}\n`;
    });
    socket.write(Buffer.concat([answer, Buffer.from(lines.join(''))]));
  };

const other = (user: UserState): UserState => ({ ...user, userId: '1', login: 'somebody' });

/** All that a vault tells by itself, with an end at which all is as it was. */
const EVENTS = (user: UserState): readonly (WireEventBody | { readonly type: string })[] => [
  { type: 'account.added', userId: '1', login: 'somebody', user: other(user) },
  { type: 'sun.rose', at: 'dawn' } as { type: string },
  { type: 'intents.changed', userId: '1', intents: ['x'], user: { ...other(user), intents: ['x'] } },
  { type: 'grant.revoked', userId: '1' },
  { type: 'grant.revoked', app: true, ended: true },
  {
    ...{ type: 'token.changed', userId: user.userId, scope: user.scope, expiresAt: null, version: 2 },
    ...{ reason: 'refreshed', user: { ...user, version: 2 }, splayMs: 2000 },
  } as WireEventBody,
  { type: 'overflow' },
  { type: 'state', users: [user], locked: false },
];

const inParts: Responder = (_connection, _request, data) => ({
  result: { seq: 0, users: [other(theUser(data))], locked: false, more: true },
});

const good = (name: string, script: NonNullable<Scenario['script']>): Scenario => ({
  name,
  key: 'own',
  script,
  expectations: [PRINTS],
});

/** Vaults that tell the whole state, and older ones that don't. */
export const STATES: readonly Scenario[] = [
  good('a vault that answers subscribe with a number alone', {
    behaviour: { subscribe: () => ({ result: { seq: 0 } }) },
  }),
  good('events with accounts in them, and a state', { behaviour: {}, send: sendWithEvents(EVENTS) }),
  good('a state in two parts', {
    behaviour: { subscribe: inParts },
    send: sendWithEvents((user) => [{ type: 'state', users: [{ ...user, version: 1 }], locked: false }]),
  }),
];
