import { lstat, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { withoutTrailingSlash } from '../../../shared/absolute-path.ts';
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

/** Runtime folders that nobody uses, since others could put a socket of theirs there. */
export function checkRuntime({ socket: { passedOver = [] } }: DoctorInput): Finding[] {
  const advice =
    'Nothing: Castkey and its clients pass it over alike. To have it used, make it private (chmod 700).';
  return passedOver.map((why) => note('runtime', why, advice));
}

/** The folder of the socket: ours, and nobody else's to write in. */
export async function checkFolder({ io, socket }: DoctorInput, start: string): Promise<Finding> {
  if (io.host.platform === 'win32') return ok('folder', 'pipes lie in no folder');
  const folder = dirname(socket.path);
  const found = await stat(folder).catch(() => undefined);
  if (!found) return bad('folder', `there is no ${folder}`, start);
  // One of somebody's own choice is left as it is; nobody else may write in it, that's all.
  const chosen = socket.source === 'CASTKEY_SOCKET' || socket.source === 'option';
  return owned('folder', folder, found, chosen ? 0o022 : 0o077);
}

/** The socket: there, ours, private, and somebody listens. */
export async function checkSocket({ io, socket: { path } }: DoctorInput, start: string): Promise<Finding> {
  const answer = await probe(path);
  if (io.host.platform === 'win32') {
    if (answer === 'live') return ok('socket', 'somebody listens at the pipe');
    return bad('socket', `nobody listens at ${path} (${answer})`, start);
  }
  const found = await lstat(path).catch(() => undefined);
  if (!found) {
    const compare = 'If it runs, compare CASTKEY_HOME and CASTKEY_SOCKET of both programs.';
    return bad('socket', `there is nothing at ${path}`, start === START ? `${start} ${compare}` : start);
  }
  if (!found.isSocket())
    return bad(
      'socket',
      `${path} is no socket`,
      'Move it away: a Castkey that runs makes its own within seconds.',
    );
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

/** What to do where no vault is found anywhere. */
const START = 'Start Castkey.';

/** Other places where a Castkey may listen that was started with other variables than this bot. */
function otherPlaces({ io: { host }, socket }: DoctorInput): string[] {
  const without = (...names: string[]): Record<string, string | undefined> =>
    Object.fromEntries(Object.entries(host.env).filter(([name]) => !names.includes(name)));
  const own = without('CASTKEY_SOCKET', 'CASTKEY_HOME');
  const bare = without('CASTKEY_SOCKET', 'CASTKEY_HOME', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME');
  const environments = [host.env, without('CASTKEY_SOCKET'), own, bare];
  const places = environments.flatMap((env) => [
    socketPath({ ...host, env, sha256 }).path,
    socketPath({ ...host, env, sha256, lstat: () => null }).path, // where there is no runtime folder
  ]);
  const given = host.env.XDG_RUNTIME_DIR;
  const folders = host.platform === 'linux' ? [`/run/user/${host.uid}`, ...(given ? [given] : [])] : [];
  const runtime = folders
    .filter((folder) => host.lstat(folder) !== null)
    .map((folder) => `${withoutTrailingSlash(folder)}/castkey/castkey.sock`);
  return [...new Set([...places, ...runtime])].filter((path) => path !== socket.path);
}

/** Those of the other places where somebody listens. */
export async function findOthers(input: DoctorInput): Promise<string[]> {
  const others = otherPlaces(input);
  const answers = await Promise.all(others.map(probe));
  return others.filter((_, index) => answers[index] === 'live');
}

/** What to do when nobody listens where this bot looks. */
export function adviceToStart([first]: readonly string[]): string {
  if (first === undefined) return START;
  return `Castkey and this bot were started with different variables: set CASTKEY_SOCKET=${first} for the bot.`;
}

/** Whether it is another vault that listens, or one more. */
export async function checkOthers({ socket }: DoctorInput, others: readonly string[]): Promise<Finding> {
  if (others.length === 0) return ok('others', 'no other vault at the usual places');
  const where = others.join(' and ');
  if ((await probe(socket.path)) === 'live') {
    const advice = 'Quit one of them, or tell the bot which one is meant with CASTKEY_SOCKET.';
    return note('others', `another vault listens at ${where}`, advice);
  }
  const what = `nobody listens at ${socket.path}, but somebody does at ${where}`;
  return bad('others', what, adviceToStart(others));
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
