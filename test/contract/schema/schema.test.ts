import { fileURLToPath } from 'node:url';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { judgeVault } from '../../../clients/conformance/vault/judge-vault.ts';
import { nodeHost } from '../../../clients/javascript/src/host.ts';
import { ALICE, BOB } from '../../support/people.ts';
import { sha256 } from '../../support/sha256.ts';
import { click, pairBot, signInAs, vaultFixtureWithAlice } from '../../support/vault-fixture.ts';
import { BOT_NAME, type Json, openFlawedVault } from '../judge/flawed-vault-fixture.ts';
import { print } from '../vectors/print-json.ts';
import { buildSchema } from './build-schema.ts';
import { EVENTS, HELD_TO_THE_TYPES, RESULTS } from './message-schemas.ts';

const FILE = fileURLToPath(new URL('../../../docs/protocol/schema.json', import.meta.url));
const schema = buildSchema();

/** The same, but no message may have a field that isn't named. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, strict(field)]));
  return 'properties' in inner && inner.type === 'object' ? { ...inner, additionalProperties: false } : inner;
}

function validators(root: object): (name: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: true, strictRequired: false });
  ajv.addSchema({ ...root, $id: 'castkey' });
  return (name) => {
    const found = ajv.getSchema(`castkey#/$defs/${name}`);
    if (!found) throw new Error(`the schema has no ${name}`);
    return found;
  };
}
const open = validators(schema);
const closed = validators(strict(schema) as object);
const wrong = (name: string, message: unknown, which = open): string | undefined => {
  const validate = which(name);
  return validate(message)
    ? undefined
    : `${name}: ${JSON.stringify(validate.errors?.[0])} in ${JSON.stringify(message)}`;
};

/** Everything a judgement makes the real vault hear and say, over a real socket. */
async function judgedTalk(): Promise<{ request: Json; answer: Json }[]> {
  const conversation: { request: Json; answer: Json }[] = [];
  const fixture = await openFlawedVault({
    says(answer, request) {
      conversation.push({ request, answer });
      return answer;
    },
  });
  const options = {
    host: nodeHost,
    name: BOT_NAME,
    answerTimeoutMs: 9_000,
    slow: false,
    onFinding: () => {},
  };
  await judgeVault({ ...options, path: fixture.path, keyFile: fixture.keyFile });
  return conversation;
}

/** A day with a vault: pairing, tokens, refusals, every kind of event that people cause. */
async function aDay() {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  const { actions } = fixture.vault;
  const bot = await pairBot(fixture, [
    { user: ALICE, scopes: [['chat:read']] },
    { intent: 'chat' },
    { user: BOB },
  ]);
  await bot.request('subscribe', {});
  await actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
  const token = await bot.request('getAccessTokenForIntent', {
    intent: 'chat',
    minValidity: 60,
    timeoutMs: 1000,
  });
  const access = 'result' in token ? (token.result?.accessToken ?? '') : '';
  await bot.request('refreshAccessTokenForUser', { user: ALICE, rejected: sha256(access) });
  await fixture.time.pass(11_000);
  await bot.request('refreshAccessTokenForUser', { user: ALICE });
  const denied = bot.request('getAccessTokenForUser', {
    user: ALICE,
    scopeSets: [['bits:read']],
    interactive: 'never',
  });
  await denied;
  await actions['vault.lock'].run();
  await bot.request('getAnyAccessToken', { user: ALICE });
  await actions['vault.unlock'].run({});
  const other = fixture.connect();
  await other.request('hello', { protocol: 1, client: { name: 'b', version: '2' }, nonce: 'A'.repeat(22) });
  const pairing = other.request('pair', { reason: 'Why not?', wants: [{ user: ALICE }] });
  await click(fixture, 'deny');
  await pairing;
  await actions['account.remove'].run({ userId: BOB });
  await fixture.time.settle();
  const [view] = fixture.view().bots;
  await actions['grant.revoke'].run({ keyId: bot.keys.keyId, grantId: view?.grants[0]?.id ?? '' });
  return [...bot.lines, ...other.lines] as unknown as Json[];
}

const methodOf = ({ method }: Json): string => (typeof method === 'string' ? method : '');
const hasDef = (name: string): boolean => name in (schema.$defs as Json);

describe('docs/protocol/schema.json', () => {
  it('is what the code has', async () => {
    expect(Object.keys(HELD_TO_THE_TYPES.results)).toEqual(Object.keys(RESULTS));
    expect(Object.keys(HELD_TO_THE_TYPES.events)).toEqual(Object.keys(EVENTS));
    await expect(`${print(schema)}\n`).toMatchFileSnapshot(FILE);
  });

  it('names no field less than the real vault says, and allows no request that it refuses for its form', async () => {
    const conversation = await judgedTalk();
    const seen = { answers: 0, failures: 0, refused: 0 };
    for (const { request, answer } of conversation) {
      const method = methodOf(request);
      if ('error' in answer) {
        seen.failures += 1;
        expect(wrong('failure', answer, closed)).toBeUndefined();
        if ((answer.error as Json).code !== -32602) continue;
        seen.refused += 1;
        expect([method, request.params, open(`${method}.request`)(request)]).toEqual([
          method,
          request.params,
          false,
        ]);
      } else {
        seen.answers += 1;
        expect(wrong(`${method}.answer`, answer, closed)).toBeUndefined();
        expect(wrong(`${method}.request`, request)).toBeUndefined();
      }
    }
    expect(seen.answers).toBeGreaterThan(300);
    expect(seen.failures).toBeGreaterThan(30);
    expect(seen.refused).toBeGreaterThan(15);
  });

  it('has each message of a day with a vault, events too', async () => {
    const lines = await aDay();
    for (const line of lines) expect(wrong('fromVault', line, closed)).toBeUndefined();
    const types = lines.map(({ params }) => (params as Json | undefined)?.type).filter(Boolean);
    expect(new Set(types)).toEqual(
      new Set([
        'intents.changed',
        'token.changed',
        'vault.locked',
        'vault.unlocked',
        'account.removed',
        'grant.revoked',
      ]),
    );
  });

  it('refuses each message of that day with any one field gone or of another type', async () => {
    const optional = new Set([
      'userId',
      'intent',
      'missing',
      'retryAfterMs',
      'vault',
      'proof',
      'user',
      'splayMs',
    ]);
    let tried = 0;
    for (const line of await aDay()) {
      const kind = 'error' in line ? 'failure' : 'method' in line ? 'notification' : undefined;
      if (kind === undefined) continue;
      const inner = (kind === 'failure' ? (line.error as Json).data : line.params) as Json;
      for (const name of Object.keys(inner)) {
        const { [name]: value, ...rest } = inner;
        const odd = { ...rest, [name]: typeof value === 'object' ? 7 : { odd: true } };
        for (const changed of optional.has(name) ? [odd] : [rest, odd]) {
          const body =
            kind === 'failure' ? { error: { ...(line.error as Json), data: changed } } : { params: changed };
          expect([name, open(kind)({ ...line, ...body })]).toEqual([name, false]);
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(30);
  });

  it.each<[string, unknown]>([
    ['hello.params', { protocol: 1, client: { name: '' }, nonce: 'A'.repeat(22) }],
    ['hello.params', { protocol: 1, client: { name: 'b' }, nonce: 'A'.repeat(21) }],
    ['hello.params', { protocol: 1, client: { name: 'a\nb' }, nonce: 'A'.repeat(22) }],
    ['pair.params', { wants: [{ user: '1', intent: 'chat' }] }],
    ['pair.params', { wants: [{ scopes: [] }] }],
    ['getAccessTokenForUser.params', { user: 'alice' }],
    ['getAccessTokenForUser.params', { user: '1', scopeSets: ['chat:read'] }],
    ['getAccessTokenForUser.params', { user: '1', timeoutMs: 0.5 }],
    ['refreshAccessTokenForUser.params', { user: '1', rejected: 'abc' }],
    [
      'token',
      {
        accessToken: 'a',
        refreshToken: 'r',
        scope: [],
        expiresIn: null,
        obtainmentTimestamp: 1,
        clientId: 'c',
        version: 1,
      },
    ],
    ['status.result', { server: { name: 'other', version: '1' }, locked: false, users: [] }],
    ['event', { seq: 1, type: 'sun.rose' }],
    ['errorData', { code: 'from-the-future', retryable: true }],
    [
      'failure',
      {
        jsonrpc: '2.0',
        id: {},
        error: { code: -32000, message: '', data: { code: 'busy', retryable: true } },
      },
    ],
    ['request', { jsonrpc: '2.0', id: 1, method: 'getRefreshToken' }],
    ['request', { jsonrpc: '2.0', method: 'status' }],
  ])('refuses as %s: %j', (name, message) => {
    expect(hasDef(name)).toBe(true);
    expect(open(name)(message)).toBe(false);
  });

  it.each<[string, unknown]>([
    ['hello.params', { protocol: 1, client: { name: 'b', later: 1 }, nonce: 'A'.repeat(22), later: {} }],
    ['pair.params', { wants: [{ user: '1' }, { intent: 'chat', scopes: [['chat:read']] }] }],
    ['request', { jsonrpc: '2.0', id: 'x', method: 'status' }],
    ['request', { jsonrpc: '2.0', id: 1, method: 'getAppAccessToken', params: {} }],
    ['getAccessTokenForUser.result', null],
    ['event', { seq: 1, type: 'grant.revoked' }],
  ])('takes as %s: %j', (name, message) => {
    expect(wrong(name, message)).toBeUndefined();
  });
});
