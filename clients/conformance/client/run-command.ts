import { spawn } from 'node:child_process';

/** How a run of the judged command ended. */
export interface RunEnd {
  /** Null when it had to be killed or died of a signal. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** It did not end in time and was killed. */
  readonly late: boolean;
  /** It could not be started at all; the system's code. */
  readonly unstarted?: string;
}

/** Milliseconds for what the command left behind to let go of its output. */
const GRACE_MS = 1_000;
/** Characters of output that are kept; a client that prints more has failed anyway. */
const MAX_OUTPUT = 100_000;

/**
 * Runs a command to its end, or ends it with all it has started after `timeoutMs` milliseconds or when `stop`
 * says so.
 */
export function runCommand(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
  stop: AbortSignal,
): Promise<RunEnd> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const own = process.platform !== 'win32';
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: own });
    const said = { out: '', err: '' };
    let late = false;
    const killAll = (): void => {
      try {
        if (own && child.pid) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // Gone by itself in this very moment.
      }
    };
    const deadline = setTimeout(() => {
      late = true;
      killAll();
    }, timeoutMs);
    stop.addEventListener('abort', killAll, { once: true });
    if (stop.aborted) killAll();
    for (const [stream, name] of [[child.stdout, 'out'] as const, [child.stderr, 'err'] as const]) {
      stream.on('data', (chunk: Buffer) => {
        said[name] = (said[name] + chunk.toString()).slice(0, MAX_OUTPUT);
      });
    }
    let grace: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      grace = setTimeout(killAll, GRACE_MS);
    });
    const end = (ended: RunEnd): void => {
      stop.removeEventListener('abort', killAll);
      clearTimeout(deadline);
      clearTimeout(grace);
      resolve(ended);
    };
    child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      end({ code: null, ...said, late, unstarted: code ?? message });
    });
    child.once('close', (code) => end({ code, ...said, late }));
  });
}
