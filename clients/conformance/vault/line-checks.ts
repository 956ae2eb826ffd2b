import { LIMITS } from '../../../shared/protocol.ts';
import type { Check, CheckContext } from './check-context.ts';
import { expectError, expectResult, firstProblem, type Problem } from './expect.ts';
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
  context: CheckContext,
  rpcCode: number,
  lines: Readonly<Record<string, string>>,
): Promise<Problem> {
  const found: Record<string, Problem> = {};
  for (const [name, line] of Object.entries(lines)) {
    const probe = await context.open();
    const refused = probe.next(({ id }) => id === null);
    probe.send(`${line}\n`);
    found[name] = expectError(await refused, rpcCode, 'bad-request');
    found[`${name}, and then hello`] = expectResult(await context.hello(probe), 'hello');
  }
  return firstProblem(found);
}

/** These bytes are answered like hello. */
async function answersHello(context: CheckContext, send: (probe: Probe) => void): Promise<Problem> {
  const probe = await context.open();
  const answer = probe.next(({ id }) => id === 'h');
  send(probe);
  return expectResult(await answer, 'hello');
}

/** After these bytes there is an error with `"id":null`, and the vault hangs up. */
async function endsAfter(context: CheckContext, bytes: string | Uint8Array, code: string): Promise<Problem> {
  const probe = await context.open();
  const refused = probe.next(({ id }) => id === null);
  probe.send(bytes);
  return (
    expectError(await refused, -32000, code) ?? ((await probe.hungUp()) ? undefined : 'it does not hang up')
  );
}

/** What holds for any line. */
export const LINE_CHECKS: readonly Check[] = [
  [
    '§2',
    'refuses what is no JSON, and goes on',
    (context) => refusesLines(context, -32700, { 'half a line': '{"jsonrpc":', 'an empty line': '' }),
  ],
  [
    '§2',
    'refuses what is no request, and goes on',
    (context) =>
      refusesLines(context, -32600, {
        'a batch': `[${hello(context.name)}]`,
        null: 'null',
        'no jsonrpc': '{"id":1,"method":"status"}',
        'an id that is an object': hello(context.name, {}, {}),
        'an id of 101 characters': hello(context.name, {}, 'x'.repeat(101)),
      }),
  ],
  [
    '§2',
    'refuses a message without id',
    (context) => refusesLines(context, -32600, { 'no id': '{"jsonrpc":"2.0","method":"status"}' }),
  ],
  [
    '§2',
    'refuses an unknown method',
    async (context) =>
      firstProblem({
        getRefreshToken: expectError(
          await (await context.open()).ask('getRefreshToken'),
          -32601,
          'bad-request',
        ),
        constructor: expectError(await (await context.open()).ask('constructor'), -32601, 'bad-request'),
      }),
  ],
  [
    '§2',
    'refuses params that are no object',
    async (context) => expectError(await (await context.open()).ask('status', [1]), -32602, 'bad-request'),
  ],
  [
    '§2',
    'ignores fields it does not know',
    async (context) =>
      expectResult(await context.hello(await context.open(), { later: { a: [1] } }), 'hello'),
  ],
  [
    '§2',
    'gives back the id it was given',
    async (context) => {
      const params = { protocol: 1, client: { name: context.name }, nonce: 'A'.repeat(43) };
      return firstProblem({
        nought: expectResult(await (await context.open()).ask('hello', params, 0), 'hello'),
        'a text': expectResult(await (await context.open()).ask('hello', params, 'seven'), 'hello'),
        'a text of 100 characters': expectResult(
          await (await context.open()).ask('hello', params, 'x'.repeat(100)),
          'hello',
        ),
      });
    },
  ],
  [
    '§2',
    'puts a line together from single bytes',
    (context) =>
      answersHello(context, (probe) => {
        for (const byte of Buffer.from(`${hello(context.name, { later: 'ü€😀' })}\n`))
          probe.send(Uint8Array.of(byte));
      }),
  ],
  [
    '§2',
    'finds two lines in one piece',
    (context) => answersHello(context, (probe) => probe.send(`{"jsonrpc":\n${hello(context.name)}\n`)),
  ],
  [
    '§2',
    'takes a carriage return before the newline',
    (context) => answersHello(context, (probe) => probe.send(`${hello(context.name)}\r\n`)),
  ],
  [
    '§2',
    'takes a line of 65,536 bytes',
    (context) => answersHello(context, (probe) => probe.send(helloOf(context.name, LIMITS.lineBytes))),
  ],
  [
    '§2',
    'refuses a line of 65,537 bytes, and hangs up',
    (context) => endsAfter(context, helloOf(context.name, LIMITS.lineBytes + 1), 'too-large'),
  ],
  [
    '§2',
    'does not gather a line without end',
    (context) => endsAfter(context, 'x'.repeat(LIMITS.lineBytes), 'too-large'),
  ],
  [
    '§2',
    'refuses what is no UTF-8, and hangs up',
    (context) => endsAfter(context, Uint8Array.of(0x22, 0xe2, 0x82, 0x22, 0x0a), 'bad-request'),
  ],
];
