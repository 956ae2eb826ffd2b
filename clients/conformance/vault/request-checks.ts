import { LIMITS } from '../../../shared/protocol.ts';
import type { Check, CheckContext } from './check-context.ts';
import { describeAnswer, expectError, expectResult, firstProblem, type Problem, resultOf } from './expect.ts';
import { type Answer, isRecord, type Probe } from './probe.ts';

/** A user ID that Twitch will not reach for long. */
const NOBODY = '99999999999999999999';
const NO_INTENT = 'castkey-conformance: nobody has this';
/** A scope that no account has, since Twitch doesn't. */
const NO_SCOPE = 'castkey:conformance';
const NEVER = { interactive: 'never' } as const;

/** While the vault is locked, whatever would give a token is `locked`. */
function orLocked(answer: Answer, wrong: Problem): Problem {
  return wrong === undefined || expectError(answer, -32000, 'locked') === undefined ? undefined : wrong;
}

const expectNull = (answer: Answer): Problem =>
  orLocked(answer, resultOf(answer) === null ? undefined : describeAnswer(answer));

/** Each of these params is refused. */
async function refusesParams(
  probe: Probe,
  method: string,
  tries: Readonly<Record<string, object>>,
): Promise<Problem> {
  const found: Record<string, Problem> = {};
  for (const [name, params] of Object.entries(tries)) {
    found[name] = expectError(await probe.ask(method, { ...NEVER, ...params }), -32602, 'bad-request');
  }
  return firstProblem(found);
}

/** An account this bot may see; undefined if there is none. */
async function someUser(probe: Probe): Promise<string | undefined> {
  const status = resultOf(await probe.ask('status'));
  const users = isRecord(status) && Array.isArray(status.users) ? status.users : [];
  const [first] = users as unknown[];
  return isRecord(first) && typeof first.userId === 'string' ? first.userId : undefined;
}

/** More requests than may be in flight, all in one piece: each has one answer. */
async function floods(context: CheckContext): Promise<Problem> {
  const probe = await context.authenticate();
  const ids = Array.from({ length: LIMITS.requestsInFlight + 44 }, (_, index) => `flood-${index}`);
  const answers = ids.map((id) => probe.next((message) => message.id === id));
  probe.send(ids.map((id) => `{"jsonrpc":"2.0","id":"${id}","method":"status"}\n`).join(''));
  let served = 0;
  for (const answer of await Promise.all(answers)) {
    if (resultOf(answer) !== undefined) served += 1;
    else if (expectError(answer, -32000, 'busy') !== undefined) return describeAnswer(answer);
  }
  const lines = probe.received.filter(
    ({ message }) => isRecord(message) && String(message.id).startsWith('flood-'),
  );
  if (lines.length !== ids.length) return `${lines.length} answers to ${ids.length} requests`;
  return served >= LIMITS.requestsInFlight ? undefined : `only ${served} of ${ids.length} answered`;
}

/** Requests whose answers differ, in one piece: each answer goes with its id. */
async function keepsApart(context: CheckContext): Promise<Problem> {
  const probe = await context.authenticate();
  const answers = ['a', 'b', 'c'].map((id) => probe.next((message) => message.id === id));
  const line = (id: string, method: string, params: object): string =>
    `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
  probe.send(
    line('a', 'getAccessTokenForUser', { user: NOBODY, ...NEVER }) +
      line('b', 'status', {}) +
      line('c', 'getCurrentScopesForUser', { user: NOBODY }),
  );
  const [a, b, c] = await Promise.all(answers);
  return firstProblem({
    'the first': a && expectNull(a),
    'the second': b && expectResult(b, 'status'),
    'the third': c && expectResult(c, 'getCurrentScopesForUser'),
  });
}

/** Two requests of one id: the second is served if the first was done with, else refused. */
async function sharesId(context: CheckContext): Promise<Problem> {
  const probe = await context.authenticate();
  const line = '{"jsonrpc":"2.0","id":"twice","method":"status"}\n';
  const first = probe.next(({ id }) => id === 'twice');
  probe.send(line + line);
  probe.send('{"jsonrpc":"2.0","id":"last","method":"status"}\n');
  await probe.next(({ id }) => id === 'last');
  await first;
  const messages = probe.received.map(({ message }) => message).filter(isRecord);
  const answers = messages.filter(({ id }) => id === 'twice');
  if (answers.length !== 2) return `${answers.length} answers to two requests`;
  const refused = answers.filter(
    (message) => expectError({ kind: 'answer', message }, -32600, 'bad-request') === undefined,
  );
  const served = answers.filter((message) => 'result' in message);
  return refused.length + served.length === 2 && served.length > 0 ? undefined : 'neither served nor refused';
}

/** What a paired bot may ask without disturbing anybody. */
export const REQUEST_CHECKS: readonly Check[] = [
  [
    '§4',
    'tells its status',
    async (context) => expectResult(await (await context.authenticate()).ask('status'), 'status'),
  ],
  [
    '§5',
    'takes subscribe, more than once',
    async (context) => {
      const probe = await context.authenticate();
      const first = await probe.ask('subscribe');
      return expectResult(first, 'subscribe') ?? expectResult(await probe.ask('subscribe'), 'subscribe');
    },
  ],
  ['§2', 'answers each request under its id', keepsApart],
  ['§2', 'answers every request of a flood once, or refuses it as busy', floods],
  ['§2', 'serves or refuses a second request of the same id', sharesId],
  [
    '§6',
    'answers null for an account or intent that is not there',
    async (context) => {
      const probe = await context.authenticate();
      return firstProblem({
        account: expectNull(await probe.ask('getAccessTokenForUser', { user: NOBODY, ...NEVER })),
        intent: expectNull(await probe.ask('getAccessTokenForIntent', { intent: NO_INTENT, ...NEVER })),
      });
    },
  ],
  [
    '§6',
    'refuses to refresh what is not there',
    async (context) => {
      const probe = await context.authenticate();
      const user = await probe.ask('refreshAccessTokenForUser', { user: NOBODY });
      const intent = await probe.ask('refreshAccessTokenForIntent', { intent: NO_INTENT });
      return firstProblem({
        account: orLocked(user, expectError(user, -32000, 'unknown-user')),
        intent: orLocked(intent, expectError(intent, -32000, 'unknown-intent')),
      });
    },
  ],
  [
    '§4',
    'knows no scopes of an unknown account',
    async (context) => {
      const answer = await (await context.authenticate()).ask('getCurrentScopesForUser', { user: NOBODY });
      const scopes = resultOf(answer);
      return Array.isArray(scopes) && scopes.length === 0 ? undefined : describeAnswer(answer);
    },
  ],
  [
    '§4',
    'refuses wrong params',
    async (context) =>
      refusesParams(await context.authenticate(), 'getAccessTokenForUser', {
        'no user': {},
        'a login': { user: 'somebody' },
        'a number': { user: 1 },
        'another interactive': { user: NOBODY, interactive: 'maybe' },
        'no time': { user: NOBODY, timeoutMs: 0 },
        'less than no time': { user: NOBODY, minValidity: -1 },
        'scopes that are no lists': { user: NOBODY, scopeSets: ['chat:read'] },
      }),
  ],
  [
    '§4',
    'gives a token of the agreed form, or says why not',
    async (context) => {
      const probe = await context.authenticate();
      const user = await someUser(probe);
      const answer = await probe.ask('getAnyAccessToken', user === undefined ? {} : { user });
      const refused = answer.kind === 'answer' && isRecord(answer.message.error);
      return refused ? undefined : expectResult(answer, 'getAnyAccessToken');
    },
  ],
  [
    '§6',
    'opens no window for interactive "never"',
    async (context) => {
      const probe = await context.authenticate();
      const user = (await someUser(probe)) ?? NOBODY;
      const params = { user, scopeSets: [[NO_SCOPE]], ...NEVER };
      const answer = await probe.ask('getAccessTokenForUser', params);
      if (user === NOBODY) return expectNull(answer);
      return orLocked(answer, expectError(answer, -32000, 'scope-missing', 'denied'));
    },
  ],
];
