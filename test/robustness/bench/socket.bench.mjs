// What the vault's socket costs, next to the least a socket can cost in the same run: numbers of one
// machine say little, their ratio says more. Both servers run under Electron's Node, the client is the same.
import { bundleProgram } from '../../../scripts/build/node-program.mjs';
import { inProject } from '../../../scripts/setup/paths.mjs';
import { startServer } from './child-server.mjs';
import { medianMicroseconds, perSecondInTurn, rounded } from './timing.mjs';

const WARM_UP = 2_000;
const ONE_BY_ONE = 5_000;
const SIDE_BY_SIDE = 300;
const ROUNDS = 7;
const LINES = 16;
const HANDSHAKES = 300;

/** Warm tokens and handshakes at the vault, plain lines and connects at an echo server. */
export async function bench({ electron }) {
  const { openLine, enterAs } = await import(await bundleProgram('test/robustness/load/line-client.ts'));
  const vault = await startServer(electron, await bundleProgram('test/robustness/load/vault-program.ts'));
  const echo = await startServer(electron, inProject('test', 'robustness', 'bench', 'echo-server.mjs'));
  const { path, bots } = vault.told;
  const plain = () => openLine(echo.told.path);
  const entered = (at) => enterAs(bots[at % bots.length], path);
  const params = (at) => ({ user: bots[at % bots.length].user, interactive: 'never' });
  try {
    const [tokens, lines] = [await asking(entered, params), await asking(plain, params)];
    const both = [tokens, lines];
    await medianMicroseconds(
      WARM_UP,
      both.map(([first]) => first),
    );
    const [token, line] = await medianMicroseconds(
      ONE_BY_ONE,
      both.map(([, second]) => second),
    );
    const [many, plainly] = await perSecondInTurn(ROUNDS, SIDE_BY_SIDE, both);
    const greet = (open) => async () => (await open()).close();
    const greetings = [greet(() => entered(0)), greet(plain)];
    await medianMicroseconds(HANDSHAKES / 10, greetings);
    const [handshake, connect] = await medianMicroseconds(HANDSHAKES, greetings);
    return [
      ...compared('a warm token over the socket', 'a line echoed', token, line, 'µs'),
      ...compared('warm tokens, 16 connections', 'lines echoed', many, plainly, 'a second'),
      ...compared('connect and handshake', 'a plain connect', handshake, connect, 'µs'),
    ];
  } finally {
    await vault.end();
    await echo.end();
  }
}

/** The same question on connections of their own. */
async function asking(open, params) {
  const lines = [];
  for (let at = 0; at < LINES; at += 1) lines.push(await open(at));
  return lines.map((line, at) => () => line.request('getAccessTokenForUser', params(at)));
}

function compared(name, other, value, least, unit) {
  return [
    { name, value: rounded(value), unit },
    { name: `  ${other}`, value: rounded(least), unit },
    { name: '  ratio', value: rounded(value / least), unit: '×' },
  ];
}
