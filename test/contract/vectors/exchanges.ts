import { BOB } from '../../support/people.ts';
import { newNonce, proof, resultOf, type TestBot } from '../../support/test-bot.ts';
import {
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../support/vault-fixture.ts';
import { describeLine, type Line } from './byte-runs.ts';

/** How far the connection is when the lines are sent. */
type Stage = 'connected' | 'greeted' | 'authenticated';

interface Exchange {
  readonly name: string;
  readonly stage: Stage;
  readonly send: readonly string[];
}

const NONCE = 'wcHBwcHBwcHBwcHBwcHBwQ';
const call = (method: string, params?: object, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, ...(params && { params }) });
const hello = (more: object = {}): string =>
  call('hello', { protocol: 1, client: { name: 'chat-bot' }, nonce: NONCE, ...more });
const token = (params: object): string => call('getAccessTokenForUser', params);
const padded = (bytes: number): string => {
  const bare = call('status', { pad: '' });
  return call('status', { pad: 'x'.repeat(bytes - bare.length - 1) });
};
const fresh = (name: string, ...send: string[]): Exchange => ({ name, stage: 'connected', send });
const greeted = (name: string, ...send: string[]): Exchange => ({ name, stage: 'greeted', send });
const known = (name: string, ...send: string[]): Exchange => ({ name, stage: 'authenticated', send });

const BEFORE_PROOF: readonly Exchange[] = [
  fresh('hello of a stranger', hello()),
  fresh('hello with a known key', hello({ keyId: '<key-id>' })),
  fresh('hello with a key the vault does not know', hello({ keyId: 'unknown' })),
  fresh('hello with fields nobody knows', hello({ later: { a: 1 } })),
  fresh('another protocol', hello({ protocol: 2 })),
  fresh('a nonce that is too short', hello({ nonce: 'AAAAAAAAAAAAAAAAAAAA' })),
  fresh('a padded nonce', hello({ nonce: `${NONCE}==` })),
  fresh('no nonce', call('hello', { protocol: 1, client: { name: 'chat-bot' } })),
  fresh('an empty name', hello({ client: { name: '' } })),
  fresh('a name of 65 characters', hello({ client: { name: 'x'.repeat(65) } })),
  fresh('a name with a line break', hello({ client: { name: 'a\nb' } })),
  fresh('another Twitch application', hello({ twitchClientId: 'another' })),
  fresh('hello twice', hello(), hello()),
  fresh('a request before hello', call('status')),
  fresh('authenticate before hello', call('authenticate', { proof: 'A'.repeat(43) })),
  fresh('pair before hello', call('pair', {})),
  greeted('a request before the proof', call('status')),
  greeted('the right proof', call('authenticate', { proof: '<client-proof>' })),
  greeted('a wrong proof', call('authenticate', { proof: 'A'.repeat(43) })),
  greeted("the vault's own proof", call('authenticate', { proof: '<server-proof>' })),
];

const LINES: readonly Exchange[] = [
  fresh('no JSON', '{"jsonrpc":'),
  fresh('an empty line', ''),
  fresh('a batch', `[${hello()}]`),
  fresh('no jsonrpc', '{"id":1,"method":"status"}'),
  fresh('a message without id', '{"jsonrpc":"2.0","method":"status"}'),
  fresh('an id that is null', call('status', {}, null)),
  fresh('an id that is an object', call('status', {}, {})),
  fresh('an id of 101 characters', call('status', {}, 'x'.repeat(101))),
  fresh('an unknown method', call('getRefreshToken')),
  fresh('a method of JavaScript objects', call('constructor')),
  fresh('params that are a list', '{"jsonrpc":"2.0","id":1,"method":"status","params":[1]}'),
  fresh('a line that is too long', padded(65_537)),
  fresh('carriage return before the newline', `${hello()}\r`),
];

const REQUESTS: readonly Exchange[] = [
  known('a token', token({ user: '1001' })),
  known('a token with a scope it has', token({ user: '1001', scopeSets: [['chat:read']] })),
  known('one scope of several', token({ user: '1001', scopeSets: [['chat:edit', 'chat:read']] })),
  known('an account the vault does not have', token({ user: '9' })),
  known(
    'an intent nobody has, no window',
    call('getAccessTokenForIntent', { intent: 'nobody', interactive: 'never' }),
  ),
  known(
    'a scope it lacks, no window',
    token({ user: '1001', scopeSets: [['bits:read']], interactive: 'never' }),
  ),
  known("an account outside the bot's grants, no window", token({ user: '1002', interactive: 'never' })),
  known('any token', call('getAnyAccessToken', {})),
  known('a token of the application', call('getAppAccessToken', {})),
  known('scopes', call('getCurrentScopesForUser', { user: '1001' })),
  known('scopes of nobody', call('getCurrentScopesForUser', { user: '9' })),
  known('another token for an unknown account', call('refreshAccessTokenForUser', { user: '9' })),
  known('another token for an unknown intent', call('refreshAccessTokenForIntent', { intent: 'nobody' })),
  known('events', call('subscribe', {})),
  known('status', call('status', {})),
  known('status without params', call('status')),
  known('status behind the last account', call('status', { after: '1001' })),
  known('status behind a login', call('status', { after: 'alice' })),
  known('an id that is a text', call('status', {}, 'seven')),
  known('an id that is nought', call('status', {}, 0)),
  known('a line as long as may be', padded(65_536)),
  known('a login instead of a user ID', token({ user: 'alice' })),
  known('a user ID that is a number', token({ user: 1001 })),
  known('no user', token({})),
  known('another interactive', token({ user: '1001', interactive: 'maybe' })),
  known('no time', token({ user: '1001', timeoutMs: 0 })),
];

/** What differs from run to run or vault to vault; a placeholder stands for it. */
const VARYING: Record<string, string> = {
  message: '<text>',
  version: '<text>',
  nonce: '<nonce>',
  proof: '<proof>',
  accessToken: '<token>',
  clientId: '<text>',
  expiresIn: '<number>',
  expiresAt: '<number>',
  obtainmentTimestamp: '<number>',
};

const template = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer), (name, value: unknown) =>
    typeof value === 'number' && name in VARYING ? '<number>' : (VARYING[name] ?? value),
  );

interface ExchangeResult {
  readonly name: string;
  readonly stage: Stage;
  readonly send: readonly Line[];
  readonly answers: readonly unknown[];
  readonly hangsUp: boolean;
}

async function runExchange(
  fixture: VaultFixture,
  keys: PairedBot['keys'],
  { name, stage, send }: Exchange,
): Promise<ExchangeResult> {
  const bot: TestBot = fixture.connect();
  let proofs: Record<string, string> = { '<key-id>': keys.keyId };
  if (stage === 'authenticated') await bot.authenticate(keys);
  if (stage === 'greeted') {
    const nonce = newNonce();
    const met = resultOf(
      await bot.request('hello', { protocol: 1, client: { name: 'chat-bot' }, keyId: keys.keyId, nonce }),
    );
    const client = proof('client', keys.key, nonce, met.nonce);
    proofs = { '<client-proof>': client, '<server-proof>': met.proof ?? '' };
  }
  bot.lines.length = 0;
  for (const line of send) {
    bot.send(`${line.replace(/<[a-z-]+>/, (found) => proofs[found] ?? found)}\n`);
    await fixture.time.settle();
  }
  const results = {
    name,
    stage,
    send: send.map(describeLine),
    answers: bot.lines.map(template),
    hangsUp: bot.closed,
  };
  if (fixture.approval.current !== null) throw new Error(`${name} opened a window`);
  bot.hangUp();
  await fixture.time.settle();
  return results;
}

/** What the real vault answers, for a bot that may use the account 1001 with `chat:read` and not 1002. */
export async function exchangeVectors(): Promise<ExchangeResult[]> {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  const { keys } = await pairBot(fixture);
  const results = [];
  for (const exchange of [...BEFORE_PROOF, ...LINES, ...REQUESTS])
    results.push(await runExchange(fixture, keys, exchange));
  return results;
}
