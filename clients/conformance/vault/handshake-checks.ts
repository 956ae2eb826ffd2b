import type { Check, CheckContext } from './check-context.ts';
import { describeAnswer, expectError, expectResult, firstProblem, type Problem, resultOf } from './expect.ts';
import { isRecord } from './probe.ts';

const nonce = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64url');

/** Tries hello with each of these, on connections of their own: all are refused as wrong params. */
async function refusesEach(context: CheckContext, tries: Readonly<Record<string, object>>): Promise<Problem> {
  const found: Record<string, Problem> = {};
  for (const [name, more] of Object.entries(tries)) {
    const probe = await context.open();
    found[name] = expectError(await context.hello(probe, more), -32602, 'bad-request');
  }
  return firstProblem(found);
}

/** hello, on a connection of its own. */
async function helloResult(context: CheckContext, more: object = {}): Promise<Record<string, unknown>> {
  const result = resultOf(await context.hello(await context.open(), more));
  return isRecord(result) ? result : {};
}

/** The same before hello, and behind it. */
async function refusedUnproven(context: CheckContext, method: string, params: object): Promise<Problem> {
  const fresh = await (await context.open()).ask(method, params);
  const afterHello = await context.open();
  await context.hello(afterHello);
  return firstProblem({
    'before hello': expectError(fresh, -32000, 'not-paired'),
    'behind hello': expectError(await afterHello.ask(method, params), -32000, 'not-paired'),
  });
}

/** What any program may try that isn't paired. */
export const HANDSHAKE_CHECKS: readonly Check[] = [
  [
    '§3',
    'answers hello',
    async (context) => expectResult(await context.hello(await context.open()), 'hello'),
  ],
  [
    '§3',
    'has a new nonce for each connection',
    async (context) => {
      const nonces = [await helloResult(context), await helloResult(context), await helloResult(context)];
      return new Set(nonces.map((met) => String(met.nonce))).size === 3 ? undefined : 'one nonce twice';
    },
  ],
  [
    '§3',
    'takes nonces of 16 and of 64 bytes',
    async (context) =>
      firstProblem({
        '16 bytes': expectResult(await context.hello(await context.open(), { nonce: nonce(16) }), 'hello'),
        '64 bytes': expectResult(await context.hello(await context.open(), { nonce: nonce(64) }), 'hello'),
      }),
  ],
  [
    '§3',
    'knows no stranger, and proves nothing to one',
    async (context) => {
      const met = {
        none: await helloResult(context),
        unknown: await helloResult(context, { keyId: 'no-such-key' }),
      };
      const wrong = ({ paired, proof }: Record<string, unknown>): Problem => {
        if (paired !== false) return `paired: ${JSON.stringify(paired)}`;
        return proof === undefined ? undefined : 'a proof';
      };
      return firstProblem({ 'without a key': wrong(met.none), 'with an unknown key': wrong(met.unknown) });
    },
  ],
  [
    '§3',
    'refuses another protocol, and hangs up',
    async (context) => {
      const probe = await context.open();
      const wrong = expectError(await context.hello(probe, { protocol: 2 }), -32000, 'unsupported-protocol');
      return wrong ?? ((await probe.hungUp()) ? undefined : 'it does not hang up');
    },
  ],
  [
    '§3',
    'refuses what is no nonce',
    (context) =>
      refusesEach(context, {
        none: { nonce: undefined },
        '15 bytes': { nonce: nonce(15) },
        '65 bytes': { nonce: nonce(65) },
        padded: { nonce: `${nonce(16)}==` },
        'with a colon': { nonce: `${nonce(16)}:` },
      }),
  ],
  [
    '§3',
    'refuses what is no name',
    (context) =>
      refusesEach(context, {
        none: { client: {} },
        empty: { client: { name: '' } },
        'of 65 characters': { client: { name: 'x'.repeat(65) } },
        'with a line break': { client: { name: 'a\nb' } },
        'that turns text around': { client: { name: 'a\u202eb' } },
      }),
  ],
  [
    '§3',
    'takes hello once',
    async (context) => {
      const probe = await context.open();
      await context.hello(probe);
      return expectError(await context.hello(probe), -32000, 'bad-request');
    },
  ],
  [
    '§3',
    'refuses authenticate and pair before hello',
    async (context) =>
      firstProblem({
        authenticate: expectError(
          await (await context.open()).ask('authenticate', { proof: 'A'.repeat(43) }),
          -32000,
          'bad-request',
        ),
        pair: expectError(await (await context.open()).ask('pair'), -32000, 'bad-request'),
      }),
  ],
  [
    '§3',
    'refuses authenticate where it knows no key',
    async (context) => {
      const probe = await context.open();
      await context.hello(probe, { keyId: 'no-such-key' });
      return expectError(await probe.ask('authenticate', { proof: 'A'.repeat(43) }), -32000, 'not-paired');
    },
  ],
  ['§4', 'refuses status to a stranger', (context) => refusedUnproven(context, 'status', {})],
  ['§4', 'refuses tokens to a stranger', (context) => refusedUnproven(context, 'getAnyAccessToken', {})],
  [
    '§3',
    'answers a bot for another Twitch application, or refuses it with setup',
    async (context) => {
      const answer = await context.hello(await context.open(), { twitchClientId: 'castkey-conformance' });
      const taken = expectResult(answer, 'hello') === undefined;
      return taken || expectError(answer, -32000, 'setup') === undefined ? undefined : describeAnswer(answer);
    },
  ],
];
