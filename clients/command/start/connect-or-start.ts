import { socketPath } from '../../../shared/socket-path.ts';
import { connectFrom } from '../../javascript/src/connect.ts';
import { CastkeyError, timedOut } from '../../javascript/src/errors.ts';
import { type Host, sha256 } from '../../javascript/src/host.ts';
import type { CastkeyAuthProvider, ConnectOptions } from '../../javascript/src/types.ts';
import { Failure } from '../command-errors.ts';
import { adviceToStart, findOthers } from '../doctor/socket-checks.ts';
import { RUN_VARIABLE } from '../exec/process-tree.ts';
import type { CommandLine } from '../flags.ts';
import type { Io } from '../io.ts';
import { type Found, findCastkey } from './find-castkey.ts';

/** Milliseconds between two looks at whether Castkey listens. */
const LOOK_MS = 200;
/**
 * Milliseconds that a Castkey which runs already has until it listens: the one that was started ended because of it.
 * One whose socket has vanished makes it again in half of that.
 */
const HANDED_OVER_MS = 5_000;
/** Milliseconds in which a vault answers that asks nobody. */
const WINDOW_MS = 1_500;

/**
 * Connects; where nobody listens, starts Castkey if `--start` says so or the person at the terminal does.
 *
 * @throws CastkeyError Also `vault-not-running`, with what to do.
 */
export async function connectOrStart(
  line: CommandLine,
  io: Io,
  options: ConnectOptions,
): Promise<CastkeyAuthProvider> {
  try {
    return await connectAloud(line, io, options);
  } catch (error) {
    if (!isNotRunning(error)) throw error;
    const found = await agreeToStart(line, io);
    if (!found) throw error;
    return startAndConnect(line, io, options, found);
  }
}

/** Connects; once only a pairing can take so long, tells of its window, which may be behind others. */
async function connectAloud(
  line: CommandLine,
  { host, err }: Io,
  options: ConnectOptions,
): Promise<CastkeyAuthProvider> {
  const mayAsk = options.interactive !== 'never' && !line.has('json');
  const seconds = Math.round((options.timeoutMs ?? 0) / 1000);
  const asks = options.interactive === 'notify' ? 'by a notification' : 'in a window';
  const tell = (): void =>
    err(`castkey: Castkey asks the streamer ${asks}; waiting for the answer, at most ${seconds} s\n`);
  const cancel = mayAsk ? host.after(WINDOW_MS, tell) : () => {};
  try {
    return await connectFrom(host, options);
  } finally {
    cancel();
  }
}

/** @returns What to start; undefined if nobody wants that. */
async function agreeToStart(line: CommandLine, io: Io): Promise<Found | undefined> {
  const told = line.has('start');
  if (!told && (!io.canAsk || line.has('json') || line.has('no-prompt'))) return undefined;
  const found = await findCastkey(io);
  if (!found) {
    if (told)
      throw new Failure(
        'castkey-not-found',
        'Castkey is not running, and its program could not be found: set CASTKEY_APP to it.',
      );
    return undefined;
  }
  if (told) return found;
  io.err(`castkey: Castkey is not running.\n`);
  const answer = await io.ask('Start Castkey now? [Y/n] ');
  if (answer === undefined) io.err('\n');
  return answer !== undefined && /^(?:y|yes|)$/i.test(answer.trim()) ? found : undefined;
}

/** All within the time the call may take: the start of a checkout may have to build it first. */
async function startAndConnect(
  line: CommandLine,
  io: Io,
  options: ConnectOptions,
  { program, from }: Found,
): Promise<CastkeyAuthProvider> {
  const { host } = io;
  const deadline = host.now() + (options.timeoutMs ?? 0);
  if (!line.has('json')) io.err(`castkey: starting Castkey (found by ${from})\n`);
  let failure: string | undefined;
  let listensBy: number | undefined;
  const { failed, handedOver } = io.launch({ ...program, env: environment(host, options.socket) });
  void failed.then((why) => {
    failure = why;
  });
  void handedOver.then(() => {
    listensBy = host.now() + HANDED_OVER_MS;
  });
  for (;;) {
    await pause(host, LOOK_MS);
    try {
      return await connectAloud(line, io, options);
    } catch (error) {
      if (!isNotRunning(error)) throw error;
    }
    if (failure !== undefined) {
      const again = [program.command, ...program.args].join(' ');
      throw new CastkeyError(
        'vault-not-running',
        `Castkey could not be started: ${failure}. See why: ${again}`,
      );
    }
    if (listensBy !== undefined && host.now() >= listensBy) throw await runsElsewhere(io, options);
    if (host.now() >= deadline) throw timedOut('Starting Castkey');
  }
}

/** What to tell when a start ends well and nobody listens: that is no success. */
async function runsElsewhere(io: Io, options: ConnectOptions): Promise<CastkeyError> {
  const socket = socketPath({ ...io.host, sha256 }, options.socket);
  const others = await findOthers({ io, options, socket });
  const what =
    others.length > 0
      ? `Castkey runs already, but not at ${socket.path}. ${adviceToStart(others)}`
      : `Castkey runs already, or ended without a word, and nobody listens at ${socket.path}. Its window says why; else see: castkey doctor.`;
  return new CastkeyError('vault-not-running', what);
}

/** What makes Electron a Node; the mark of what `castkey exec` runs, and npm's of its scripts, with which they end. */
const NOT_FOR_CASTKEY = new RegExp(`^(?:ELECTRON_RUN_AS_NODE$|${RUN_VARIABLE}$|npm_)`);

/** Castkey shall listen where we call, and outlive whatever we are a part of. */
function environment({ env }: Host, socket: string | undefined): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !NOT_FOR_CASTKEY.test(name));
  return { ...Object.fromEntries(others), ...(socket === undefined ? {} : { CASTKEY_SOCKET: socket }) };
}

function isNotRunning(error: unknown): error is CastkeyError {
  return error instanceof CastkeyError && error.code === 'vault-not-running' && error.retryable;
}

function pause(host: Host, ms: number): Promise<void> {
  return new Promise((resolve) => void host.after(ms, resolve));
}
