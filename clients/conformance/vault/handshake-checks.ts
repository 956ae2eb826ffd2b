import type { Bench, Check } from './check-context.ts';
import { firstWrong, resultOf, tell, type Wrong, wantsError, wantsResult } from './expect.ts';
import { isRecord } from './probe.ts';

const nonce = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64url');

/** Tries hello with each of these, on connections of their own: all are refused as wrong params. */
async function refusesEach(bench: Bench, tries: Readonly<Record<string, object>>): Promise<Wrong> {
  const found: Record<string, Wrong> = {};
  for (const [name, more] of Object.entries(tries)) {
    const probe = await bench.open();
    found[name] = wantsError(await bench.hello(probe, more), -32602, 'bad-request');
  }
  return firstWrong(found);
}

/** hello, on a connection of its own. */
async function helloResult(bench: Bench, more: object = {}): Promise<Record<string, unknown>> {
  const result = resultOf(await bench.hello(await bench.open(), more));
  return isRecord(result) ? result : {};
}

/** The same before hello, and behind it. */
async function refusedUnproven(bench: Bench, method: string, params: object): Promise<Wrong> {
  const fresh = await (await bench.open()).ask(method, params);
  const greeted = await bench.open();
  await bench.hello(greeted);
  return firstWrong({
    'before hello': wantsError(fresh, -32000, 'not-paired'),
    'behind hello': wantsError(await greeted.ask(method, params), -32000, 'not-paired'),
  });
}

/** What any program may try that isn't paired. */
export const HANDSHAKE_CHECKS: readonly Check[] = [
  ['§3', 'answers hello', async (bench) => wantsResult(await bench.hello(await bench.open()), 'hello')],
  [
    '§3',
    'has a new nonce for each connection',
    async (bench) => {
      const nonces = [await helloResult(bench), await helloResult(bench), await helloResult(bench)];
      return new Set(nonces.map((met) => String(met.nonce))).size === 3 ? undefined : 'one nonce twice';
    },
  ],
  [
    '§3',
    'takes nonces of 16 and of 64 bytes',
    async (bench) =>
      firstWrong({
        '16 bytes': wantsResult(await bench.hello(await bench.open(), { nonce: nonce(16) }), 'hello'),
        '64 bytes': wantsResult(await bench.hello(await bench.open(), { nonce: nonce(64) }), 'hello'),
      }),
  ],
  [
    '§3',
    'knows no stranger, and proves nothing to one',
    async (bench) => {
      const met = {
        none: await helloResult(bench),
        unknown: await helloResult(bench, { keyId: 'no-such-key' }),
      };
      const wrong = ({ paired, proof }: Record<string, unknown>): Wrong => {
        if (paired !== false) return `paired: ${JSON.stringify(paired)}`;
        return proof === undefined ? undefined : 'a proof';
      };
      return firstWrong({ 'without a key': wrong(met.none), 'with an unknown key': wrong(met.unknown) });
    },
  ],
  [
    '§3',
    'refuses another protocol, and hangs up',
    async (bench) => {
      const probe = await bench.open();
      const wrong = wantsError(await bench.hello(probe, { protocol: 2 }), -32000, 'unsupported-protocol');
      return wrong ?? ((await probe.hungUp()) ? undefined : 'it does not hang up');
    },
  ],
  [
    '§3',
    'refuses what is no nonce',
    (bench) =>
      refusesEach(bench, {
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
    (bench) =>
      refusesEach(bench, {
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
    async (bench) => {
      const probe = await bench.open();
      await bench.hello(probe);
      return wantsError(await bench.hello(probe), -32000, 'bad-request');
    },
  ],
  [
    '§3',
    'refuses authenticate and pair before hello',
    async (bench) =>
      firstWrong({
        authenticate: wantsError(
          await (await bench.open()).ask('authenticate', { proof: 'A'.repeat(43) }),
          -32000,
          'bad-request',
        ),
        pair: wantsError(await (await bench.open()).ask('pair'), -32000, 'bad-request'),
      }),
  ],
  [
    '§3',
    'refuses authenticate where it knows no key',
    async (bench) => {
      const probe = await bench.open();
      await bench.hello(probe, { keyId: 'no-such-key' });
      return wantsError(await probe.ask('authenticate', { proof: 'A'.repeat(43) }), -32000, 'not-paired');
    },
  ],
  ['§4', 'refuses status to a stranger', (bench) => refusedUnproven(bench, 'status', {})],
  ['§4', 'refuses tokens to a stranger', (bench) => refusedUnproven(bench, 'getAnyAccessToken', {})],
  [
    '§3',
    'refuses a bot for another Twitch application, if it has one',
    async (bench) => {
      const answer = await bench.hello(await bench.open(), { twitchClientId: 'castkey-conformance' });
      const taken = wantsResult(answer, 'hello') === undefined;
      return taken || wantsError(answer, -32000, 'setup') === undefined ? undefined : tell(answer);
    },
  ],
];
