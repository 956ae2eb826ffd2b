import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { Host } from '../../javascript/src/host.ts';
import type { Io } from '../io.ts';
import { createEnding } from './ending.ts';
import type { ProcessTree } from './process-tree.ts';
import type { ScrubbedStream, Scrubber } from './scrubber.ts';

/** Milliseconds of silence after which what stayed behind goes out: no reader notices. */
const PAUSE_MS = 50;
/** Milliseconds that output may still come after the program has ended: its own children may hold the pipe. */
const TRAILING_OUTPUT_MS = 500;
/** Milliseconds without anything to read after which the output of a program that was stopped is empty. */
const EMPTY_MS = 20;

/** A program to be run, and what its output goes through on its way; nothing where it goes out untouched. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly scrubber: Scrubber | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

/** One run of the program. */
export interface Child {
  /** To the program and to all that it started. */
  signal(signal: NodeJS.Signals): void;
  /** To the program alone: to others it may mean something else, or the end. */
  signalProgram(signal: NodeJS.Signals): void;
  /** Asks the program and all that it started to end, and kills who has not after the grace. */
  end(): void;
  /** Once it has ended, all that it started has, and its output is out. */
  readonly ended: Promise<ChildEnd>;
}

/** How a run ended. */
export interface ChildEnd {
  /** The exit code for `castkey`. */
  readonly code: number;
  /** Those whom even killing does not end, as they belong to somebody else. */
  readonly left: readonly number[];
}

/** Starts the program; one that can't be started ends with 127 or 126, as a shell has it. */
export function startChild(
  io: Io,
  { command, args, scrubber, graceMs }: Program,
  env: NodeJS.ProcessEnv,
  tell: (what: string) => void,
): Child {
  const tree = io.spawn(command, args, env, scrubber ? 'pipe' : 'inherit');
  const { child } = tree;
  const ending = createEnding(io, tree, { command, graceMs, tell });
  const outputs = relayOutputs(io, tree, scrubber, tell);
  const ended = new Promise<ChildEnd>((resolve) => {
    child.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return tell(`can't send a signal to ${command}: ${code ?? message}`);
      tell(`can't run ${command}: ${code ?? message}`);
      resolve({ code: code === 'ENOENT' ? 127 : 126, left: [] });
    });
    child.once('exit', async (code, signal) => {
      if (tree.living().length > 0) ending.begin();
      const left = await ending.over();
      tree.release();
      await outputs.finish();
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), left });
    });
  });
  const sent = (error: string | undefined): void => {
    if (error !== undefined) tell(`can't send a signal to ${command}: ${error}`);
  };
  return {
    ended,
    signal: (signal) => sent(tree.signal(signal)),
    signalProgram: (signal) => sent(tree.signalProgram(signal)),
    end: ending.begin,
  };
}

/** Both outputs of a program on their way; `finish` waits for what comes after its end, and closes them. */
function relayOutputs(
  io: Io,
  tree: ProcessTree,
  scrubber: Scrubber | undefined,
  tell: (what: string) => void,
): { finish(): Promise<void> } {
  const { child } = tree;
  const progress: OutputProgress = { writing: 0, onActivity: () => {} };
  const relays = (['stdout', 'stderr'] as const).map(async (to) => {
    const stream = child[to];
    if (!stream || !scrubber) return;
    const broken = await relayStream(io, { to, stream, tree }, { scrubbed: scrubber.stream(), progress });
    if (broken) tell(`the ${to} of the program broke: ${broken}`);
  });
  return {
    async finish() {
      const rest = quietFor(io.host, TRAILING_OUTPUT_MS, () => progress.writing > 0);
      progress.onActivity = rest.restart;
      await Promise.race([Promise.all(relays), rest.over]);
      progress.onActivity = () => {};
      rest.cancel();
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    },
  };
}

/** What both outputs are at. */
interface OutputProgress {
  /** Writes that wait for a slow reader. */
  writing: number;
  /** Told of whatever comes and goes. */
  onActivity: () => void;
}

/** One output of a program, and who writes it. */
interface Output {
  readonly to: 'stdout' | 'stderr';
  readonly stream: Readable;
  readonly tree: Pick<ProcessTree, 'signal'>;
}

/**
 * Carries one output over, in order and no faster than it is read. Ends with the stream.
 *
 * @returns What broke the stream, if anything but its end did.
 */
async function relayStream(
  io: Io,
  { to, stream, tree }: Output,
  { scrubbed, progress }: { readonly scrubbed: ScrubbedStream; readonly progress: OutputProgress },
): Promise<string | undefined> {
  let turn: Promise<void> = Promise.resolve();
  let unread = false;
  const write = (bytes: Buffer): Promise<void> => {
    turn = turn.then(async () => {
      progress.writing += 1;
      if (bytes.length > 0 && !unread && !(await io.relay(to, bytes))) {
        unread = true;
        closeAsPipe(io, stream, tree);
      }
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

/**
 * Closes an output that nobody reads any more, so that the program learns of it as it would without us. What
 * Node calls a pipe is a socket: closed with something unread in it, its writer gets ECONNRESET and no
 * SIGPIPE. So the writers are held for as long as it takes to read it empty.
 */
function closeAsPipe({ host }: Io, stream: Readable, tree: Pick<ProcessTree, 'signal'>): void {
  tree.signal('SIGSTOP');
  const close = (): void => {
    stream.destroy();
    tree.signal('SIGCONT');
  };
  let cancel = host.after(EMPTY_MS, close);
  stream.on('data', () => {
    cancel();
    cancel = host.after(EMPTY_MS, close);
  });
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
