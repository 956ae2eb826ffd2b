import { LIMITS } from '../../../shared/protocol.ts';
import type { Bench, Check } from './check-context.ts';
import { firstWrong, type Wrong, wantsError, wantsResult } from './expect.ts';
import type { Probe } from './probe.ts';

const hello = (name: string, more: object = {}, id: unknown = 'h'): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'hello',
    params: { protocol: 1, client: { name }, nonce: 'A'.repeat(43), ...more },
  });

/** hello in a line of exactly so many bytes, its newline included. */
function helloOf(name: string, bytes: number): string {
  const bare = hello(name, { pad: '' }).length + 1;
  return `${hello(name, { pad: 'x'.repeat(bytes - bare) })}\n`;
}

/** These lines are refused with this error and `"id":null`, and the connection goes on. */
async function refusesLines(
  bench: Bench,
  rpcCode: number,
  lines: Readonly<Record<string, string>>,
): Promise<Wrong> {
  const found: Record<string, Wrong> = {};
  for (const [name, line] of Object.entries(lines)) {
    const probe = await bench.open();
    const refused = probe.next(({ id }) => id === null);
    probe.send(`${line}\n`);
    found[name] = wantsError(await refused, rpcCode, 'bad-request');
    found[`${name}, and then hello`] = wantsResult(await bench.hello(probe), 'hello');
  }
  return firstWrong(found);
}

/** These bytes are answered like hello. */
async function greetsFor(bench: Bench, send: (probe: Probe) => void): Promise<Wrong> {
  const probe = await bench.open();
  const answer = probe.next(({ id }) => id === 'h');
  send(probe);
  return wantsResult(await answer, 'hello');
}

/** After these bytes there is an error with `"id":null`, and the vault hangs up. */
async function endsAfter(bench: Bench, bytes: string | Uint8Array, code: string): Promise<Wrong> {
  const probe = await bench.open();
  const refused = probe.next(({ id }) => id === null);
  probe.send(bytes);
  return (
    wantsError(await refused, -32000, code) ?? ((await probe.hungUp()) ? undefined : 'it does not hang up')
  );
}

/** What holds for any line. */
export const LINE_CHECKS: readonly Check[] = [
  [
    '§2',
    'refuses what is no JSON, and goes on',
    (bench) => refusesLines(bench, -32700, { 'half a line': '{"jsonrpc":', 'an empty line': '' }),
  ],
  [
    '§2',
    'refuses what is no request, and goes on',
    (bench) =>
      refusesLines(bench, -32600, {
        'a batch': `[${hello(bench.name)}]`,
        null: 'null',
        'no jsonrpc': '{"id":1,"method":"status"}',
        'an id that is an object': hello(bench.name, {}, {}),
        'an id of 101 characters': hello(bench.name, {}, 'x'.repeat(101)),
      }),
  ],
  [
    '§2',
    'refuses a message without id',
    (bench) => refusesLines(bench, -32600, { 'no id': '{"jsonrpc":"2.0","method":"status"}' }),
  ],
  [
    '§2',
    'refuses an unknown method',
    async (bench) =>
      firstWrong({
        getRefreshToken: wantsError(await (await bench.open()).ask('getRefreshToken'), -32601, 'bad-request'),
        constructor: wantsError(await (await bench.open()).ask('constructor'), -32601, 'bad-request'),
      }),
  ],
  [
    '§2',
    'refuses params that are no object',
    async (bench) => wantsError(await (await bench.open()).ask('status', [1]), -32602, 'bad-request'),
  ],
  [
    '§2',
    'ignores fields it does not know',
    async (bench) => wantsResult(await bench.hello(await bench.open(), { later: { a: [1] } }), 'hello'),
  ],
  [
    '§2',
    'gives back the id it was given',
    async (bench) => {
      const params = { protocol: 1, client: { name: bench.name }, nonce: 'A'.repeat(43) };
      return firstWrong({
        nought: wantsResult(await (await bench.open()).ask('hello', params, 0), 'hello'),
        'a text': wantsResult(await (await bench.open()).ask('hello', params, 'seven'), 'hello'),
        'a text of 100 characters': wantsResult(
          await (await bench.open()).ask('hello', params, 'x'.repeat(100)),
          'hello',
        ),
      });
    },
  ],
  [
    '§2',
    'puts a line together from single bytes',
    (bench) =>
      greetsFor(bench, (probe) => {
        for (const byte of Buffer.from(`${hello(bench.name, { later: 'ü€😀' })}\n`))
          probe.send(Uint8Array.of(byte));
      }),
  ],
  [
    '§2',
    'finds two lines in one piece',
    (bench) => greetsFor(bench, (probe) => probe.send(`{"jsonrpc":\n${hello(bench.name)}\n`)),
  ],
  [
    '§2',
    'takes a carriage return before the newline',
    (bench) => greetsFor(bench, (probe) => probe.send(`${hello(bench.name)}\r\n`)),
  ],
  [
    '§2',
    'takes a line of 65,536 bytes',
    (bench) => greetsFor(bench, (probe) => probe.send(helloOf(bench.name, LIMITS.lineBytes))),
  ],
  [
    '§2',
    'refuses a line of 65,537 bytes, and hangs up',
    (bench) => endsAfter(bench, helloOf(bench.name, LIMITS.lineBytes + 1), 'too-large'),
  ],
  [
    '§2',
    'does not gather a line without end',
    (bench) => endsAfter(bench, 'x'.repeat(LIMITS.lineBytes), 'too-large'),
  ],
  [
    '§2',
    'refuses what is no UTF-8, and hangs up',
    (bench) => endsAfter(bench, Uint8Array.of(0x22, 0xe2, 0x82, 0x22, 0x0a), 'bad-request'),
  ],
];
