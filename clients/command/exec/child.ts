import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { Host } from '../../javascript/src/host.ts';
import type { Io } from '../io.ts';
import type { ScrubbedStream, Scrubber } from './scrubber.ts';

/** Milliseconds of silence after which what stayed behind goes out: no reader notices. */
const PAUSE_MS = 50;
/** Milliseconds that output may still come after the program has ended: its own children may hold the pipe. */
const TRAILING_OUTPUT_MS = 500;

/** A program to be run, and what its output goes through on its way; nothing where it goes out untouched. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly scrubber: Scrubber | undefined;
}

/** One run of the program. */
export interface Child {
  kill(signal: NodeJS.Signals): void;
  /** The exit code for `castkey`, once it has ended and its output is out. */
  readonly ended: Promise<number>;
}

/** Starts the program; one that can't be started ends with 127 or 126, as a shell has it. */
export function startChild(
  io: Io,
  { command, args, scrubber }: Program,
  env: NodeJS.ProcessEnv,
  tell: (what: string) => void,
): Child {
  const child = io.spawn(command, args, env, scrubber ? 'pipe' : 'inherit');
  const progress: OutputProgress = { writing: 0, onActivity: () => {} };
  const outputs = (['stdout', 'stderr'] as const).map(async (to) => {
    const stream = child[to];
    const broken =
      stream && scrubber && (await relayStream(io, to, stream, { scrubbed: scrubber.stream(), progress }));
    if (broken) tell(`the ${to} of the program broke: ${broken}`);
  });
  const ended = new Promise<number>((resolve) => {
    child.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      const started = child.pid !== undefined;
      tell(`can't ${started ? 'send a signal to' : 'run'} ${command}: ${code ?? message}`);
      if (!started) resolve(code === 'ENOENT' ? 127 : 126);
    });
    child.once('exit', (code, signal) => {
      const exit = code ?? 128 + (signal ? constants.signals[signal] : 0);
      const rest = quietFor(io.host, TRAILING_OUTPUT_MS, () => progress.writing > 0);
      progress.onActivity = rest.restart;
      void Promise.race([Promise.all(outputs), rest.over]).then(() => {
        progress.onActivity = () => {};
        rest.cancel();
        for (const stream of [child.stdout, child.stderr]) stream?.destroy();
        resolve(exit);
      });
    });
  });
  return { ended, kill: (signal) => void child.kill(signal) };
}

/** What both outputs are at. */
interface OutputProgress {
  /** Writes that wait for a slow reader. */
  writing: number;
  /** Told of whatever comes and goes. */
  onActivity: () => void;
}

/**
 * Carries one output over, in order and no faster than it is read. Ends with the stream.
 *
 * @returns What broke the stream, if anything but its end did.
 */
async function relayStream(
  io: Io,
  to: 'stdout' | 'stderr',
  stream: Readable,
  { scrubbed, progress }: { readonly scrubbed: ScrubbedStream; readonly progress: OutputProgress },
): Promise<string | undefined> {
  let turn: Promise<void> = Promise.resolve();
  const write = (bytes: Buffer): Promise<void> => {
    turn = turn.then(async () => {
      progress.writing += 1;
      // The program learns that nobody reads as it would without us: its pipe is closed.
      if (bytes.length > 0 && !(await io.relay(to, bytes))) stream.destroy();
      progress.writing -= 1;
      progress.onActivity();
    });
    return turn;
  };
  let calm = (): void => {};
  let broken: string | undefined;
  try {
    for await (const chunk of stream) {
      calm();
      progress.onActivity();
      await write(scrubbed.take(chunk as Buffer));
      calm = io.host.after(PAUSE_MS, () => void write(scrubbed.paused()), 'idle');
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Closed here, above or after the program's end.
    if (code !== 'ERR_STREAM_PREMATURE_CLOSE') broken = message;
  }
  calm();
  await write(scrubbed.end());
  return broken;
}

/** A wait that is over once it was not restarted for so long; while `busy` it goes on. */
function quietFor(
  host: Host,
  ms: number,
  busy: () => boolean,
): { restart(): void; cancel(): void; readonly over: Promise<void> } {
  let [cancel, restart] = [() => {}, () => {}];
  const over = new Promise<void>((resolve) => {
    restart = () => {
      cancel();
      cancel = host.after(ms, () => (busy() ? restart() : resolve()));
    };
    restart();
  });
  return { restart: () => restart(), cancel: () => cancel(), over };
}
