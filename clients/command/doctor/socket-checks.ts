import { lstat, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { socketPath } from '../../../shared/socket-path.ts';
import { sha256 } from '../../javascript/src/host.ts';
import { bad, type DoctorInput, type Finding, note, ok } from './finding.ts';

/** Milliseconds a listener may take to accept. */
const PROBE_MS = 2_000;

/** Whether the path of the socket can be one, and what decided about it. */
export function checkPath({ socket: { path, source, problem } }: DoctorInput): Finding {
  if (problem !== undefined) return bad('path', problem, 'Set the variable right, or unset it.');
  return ok('path', `${path} (from ${source})`);
}

/** The folder of the socket: ours, and nobody else's to write in. */
export async function checkFolder({ io, socket }: DoctorInput): Promise<Finding> {
  if (io.host.platform === 'win32') return ok('folder', 'pipes lie in no folder');
  const folder = dirname(socket.path);
  const found = await stat(folder).catch(() => undefined);
  if (!found) return bad('folder', `there is no ${folder}`, 'Start Castkey, which makes it.');
  // One of somebody's own choice is left as it is; nobody else may write in it, that's all.
  const chosen = socket.source === 'CASTKEY_SOCKET' || socket.source === 'option';
  return owned('folder', folder, found, chosen ? 0o022 : 0o077);
}

/** The socket: there, ours, private, and somebody listens. */
export async function checkSocket({ io, socket: { path } }: DoctorInput): Promise<Finding> {
  const answer = await probe(path);
  if (io.host.platform === 'win32') {
    if (answer === 'live') return ok('socket', 'somebody listens at the pipe');
    return bad('socket', `nobody listens at ${path} (${answer})`, 'Start Castkey.');
  }
  const found = await lstat(path).catch(() => undefined);
  if (!found) {
    const advice = 'Start Castkey. If it runs, compare CASTKEY_HOME and CASTKEY_SOCKET of both programs.';
    return bad('socket', `there is nothing at ${path}`, advice);
  }
  if (!found.isSocket()) return bad('socket', `${path} is no socket`, 'Move it away and restart Castkey.');
  const mine = owned('socket', path, found, 0o177);
  if (mine.state !== 'ok' || answer === 'live') return mine;
  if (answer === 'ECONNREFUSED') {
    const what = `${path} was left behind by a Castkey that could not quit properly; nobody listens`;
    return bad('socket', what, 'Start Castkey: it clears the old socket away.');
  }
  return bad('socket', `nobody can be reached at ${path} (${answer})`, 'Restart Castkey.');
}

function owned(
  check: string,
  path: string,
  { mode, uid }: { mode: number; uid: number },
  mustLack: number,
): Finding {
  const bits = (mode & 0o777).toString(8);
  if (uid !== process.getuid?.()) {
    return bad(check, `${path} belongs to another user`, 'Run this as the user who runs Castkey.');
  }
  if ((mode & mustLack) === 0) return ok(check, `${path} has mode ${bits}`);
  const right = (0o777 & ~mustLack).toString(8);
  return bad(check, `${path} is open to others (${bits})`, `chmod ${right} '${path}'`);
}

/** Other places where a Castkey listens that was started with other variables than this bot. */
export async function checkOthers({ io, socket }: DoctorInput): Promise<Finding> {
  const { env } = io.host;
  const without = (...names: string[]): Record<string, string | undefined> =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
  const places = [
    env,
    without('CASTKEY_SOCKET'),
    without('CASTKEY_SOCKET', 'CASTKEY_HOME'),
    without('CASTKEY_SOCKET', 'CASTKEY_HOME', 'XDG_RUNTIME_DIR'),
  ].map((variables) => socketPath({ ...io.host, env: variables, sha256 }).path);
  const others = [...new Set(places)].filter((path) => path !== socket.path);
  const answers = await Promise.all(others.map(probe));
  const live = others.filter((_, index) => answers[index] === 'live');
  if (live.length === 0) return ok('others', 'no other vault at the usual places');
  const where = live.join(' and ');
  if ((await probe(socket.path)) === 'live') {
    const advice = 'Quit one of them, or tell the bot which one is meant with CASTKEY_SOCKET.';
    return note('others', `another vault listens at ${where}`, advice);
  }
  const advice = `Castkey and this bot were started with different variables: set CASTKEY_SOCKET=${live[0]} for the bot.`;
  return bad('others', `nobody listens at ${socket.path}, but somebody does at ${where}`, advice);
}

/** `live` when somebody accepts, else the code of the error. */
function probe(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PROBE_MS, () => end('ETIMEDOUT'));
    socket.once('connect', () => end('live'));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => end(code ?? 'unknown'));
  });
}
