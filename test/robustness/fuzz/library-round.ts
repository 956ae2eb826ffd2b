/** The whole client library against a vault that answers as it likes: no crash, no hang, typed errors. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectFrom } from '../../../clients/javascript/src/connect.ts';
import { CastkeyError } from '../../../clients/javascript/src/errors.ts';
import { type Host, nodeHost } from '../../../clients/javascript/src/host.ts';
import type { CastkeyAuthProvider } from '../../../clients/javascript/src/types.ts';
import type { WireMethod } from '../../../shared/protocol.ts';
import { hostileAnswer, RESULT_FIELDS } from './hostile-answer.ts';
import { whole } from './hostile-json.ts';
import type { Played } from './round.ts';
import { createSeededChoice, type SeededChoice } from './seeded-choice.ts';

/** On this machine a second takes two milliseconds, so that every deadline of the library is lived through. */
const HASTE = 500;
const HANDSHAKE: ReadonlySet<WireMethod> = new Set(['hello', 'authenticate', 'pair', 'subscribe']);
/** Real milliseconds after which a call hangs: far beyond any deadline. */
const HANGS_MS = 20_000;

const CALLS: ((bot: CastkeyAuthProvider) => Promise<unknown>)[] = [
  (bot) => bot.getAccessTokenForUser('1'),
  (bot) => bot.getAccessTokenForUser('1', ['chat:edit']),
  (bot) => bot.getAccessTokenForIntent('chat'),
  (bot) => bot.getAnyAccessToken('1'),
  (bot) => bot.getAppAccessToken(),
  (bot) => bot.refreshAccessTokenForUser('1'),
  (bot) => bot.refreshAccessTokenForIntent('chat'),
  (bot) => bot.status(),
];

/** One bot that connects and makes some calls. */
export async function playLibrary(seed: number, calls: number): Promise<Played> {
  const choice = createSeededChoice(seed);
  const played: Played = { messages: 0, reached: new Set(), findings: [] };
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  const { server, hangUp } = await startHostileVault(join(folder, 's'), choice, played);
  const options = {
    name: 'bot',
    socket: join(folder, 's'),
    keyFile: join(folder, 'key.json'),
    timeoutMs: 20_000,
  };
  const bot = await settled('connect', connectFrom(hastyHost(), options), played);
  for (let call = 0; bot !== null && call < calls; call += 1) {
    const ask = choice.pick(CALLS);
    await settled(String(ask), ask(bot), played);
  }
  bot?.close();
  hangUp();
  server.close();
  await once(server, 'close');
  rmSync(folder, { recursive: true, force: true });
  return played;
}

function hastyHost(): Host {
  const started = Date.now();
  return {
    ...nodeHost,
    now: () => started + (Date.now() - started) * HASTE,
    after: (ms, action, idle) => nodeHost.after(ms / HASTE, action, idle),
  };
}

/** The value, or null after an error the library may throw. */
async function settled<T>(what: string, promise: Promise<T>, played: Played): Promise<T | null> {
  let cancel = (): void => undefined;
  const hangs = new Promise<'hangs'>((resolve) => {
    cancel = nodeHost.after(HANGS_MS, () => resolve('hangs'));
  });
  try {
    const outcome = await Promise.race([promise, hangs]);
    if (outcome !== 'hangs') return outcome;
    played.findings.push(`${what} hangs`);
  } catch (error) {
    const typed = error instanceof CastkeyError;
    played.reached.add(typed ? error.code : 'broken');
    if (!typed) played.findings.push(`${what} threw ${String((error as Error).stack ?? error)}`);
  } finally {
    cancel();
  }
  return null;
}

async function startHostileVault(
  path: string,
  choice: SeededChoice,
  played: Played,
): Promise<{ server: Server; hangUp(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) respond(socket, line, choice, played);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    server,
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function respond(socket: Socket, line: string, choice: SeededChoice, played: Played): void {
  const { id, method } = JSON.parse(line) as { id: number; method: WireMethod };
  const right = (): string => {
    const result = method === 'getCurrentScopesForUser' ? '[]' : whole(RESULT_FIELDS[method]);
    return `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
  };
  played.messages += 1;
  // The way in is mostly good: else little would be heard of what comes after it.
  const kind = HANDSHAKE.has(method) && !choice.oneIn(5) ? 16 : choice.below(16);
  if (kind === 0) return void socket.destroy();
  if (kind === 1) return;
  if (kind === 2) return void socket.write(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22, 0x0a]));
  if (kind === 3 && choice.oneIn(4)) return void socket.write('x'.repeat(70_000));
  if (kind === 4) return void socket.end(right().slice(0, 30));
  if (kind === 5) return void socket.write(`${right()}\n${right()}\n`);
  const text = kind < 10 ? hostileAnswer(choice, String(id), method) : right();
  socket.write(`${text}\n`);
}
