import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { request } from '../../shared/network/request.ts';
import { createTrust } from '../../shared/network/roots.ts';
import { nodeHost } from '../javascript/src/host.ts';
import { startProcessTree } from './exec/process-tree.ts';
import { EXIT } from './exit-codes.ts';
import { type Io, type Launch, type Screen, SIGNALS } from './io.ts';
import { startSandboxThread } from './sandbox/thread.ts';

/** Milliseconds Twitch may take. */
const TWITCH_MS = 10_000;

/**
 * The real process. A reader that goes away (`castkey watch | head`) ends it quietly. Nothing is touched
 * before it is needed: to open all three streams, or to look at `fetch`, takes longer than most commands.
 */
export function processIo(): Io {
  const folder = dirname(fileURLToPath(import.meta.url));
  const atTerminal = [0, 1, 2].some(isatty);
  let relaying = false;
  const output = (name: 'stdout' | 'stderr'): NodeJS.WriteStream => {
    const stream = process[name];
    if (stream.listenerCount('error') > 0) return stream;
    return stream.on('error', (error: NodeJS.ErrnoException) => {
      // While a child writes through us it must learn of it and decide. What can't be said isn't.
      if (!relaying && name === 'stdout') endWithoutOutput(error);
    });
  };
  return {
    host: nodeHost,
    terminal: atTerminal,
    canAsk: isatty(0) && isatty(2),
    get screen() {
      return screenOf(output('stdout'), process.env);
    },
    folder,
    out: (text) => void output('stdout').write(text),
    err: (text) => void output('stderr').write(text),
    relay(to, bytes) {
      relaying = true;
      return new Promise((resolve) => output(to).write(bytes, (error) => resolve(!error)));
    },
    onSignal(hear) {
      for (const signal of SIGNALS) process.on(signal, hear);
      return () => {
        for (const signal of SIGNALS) process.off(signal, hear);
      };
    },
    onLine: listen,
    ask,
    spawn: (command, args, env, output) =>
      startProcessTree({ command, args, env, output, terminal: atTerminal }),
    launch,
    fetch: (input, init) => fetch(input, init),
    visit: (url, { headers = {}, trusted } = {}) =>
      request(
        { env: process.env, trust: createTrust(trusted) },
        { method: 'GET', url, headers, timeoutMs: TWITCH_MS },
      ),
    startSandbox: (args) => startSandboxThread(join(folder, 'sandbox.js'), args),
  };
}

/** Ends as programs end that write to a pipe which nobody reads; any other cause is told. */
function endWithoutOutput({ code = 'unknown cause' }: NodeJS.ErrnoException): never {
  if (code === 'EPIPE' || code === 'EOF') process.exit(128 + constants.signals.SIGPIPE);
  try {
    writeSync(2, `castkey: the output can't be written (${code})\n`);
  } catch {
    // The error output is as full; the exit code tells.
  }
  process.exit(EXIT.failure);
}

/** What is known of the terminal at the other end of `stdout`, if it is one. */
function screenOf(stdout: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Screen | undefined {
  if (stdout.isTTY !== true) return undefined;
  return { columns: stdout.columns || 80, colour: !env.NO_COLOR && env.TERM !== 'dumb' };
}

function listen(hear: (line: string) => void): () => void {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', hear);
  return () => lines.close();
}

function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(undefined));
    // The terminal doesn't send Ctrl-C while it is asked: readline takes it as a letter.
    lines.once('SIGINT', () => {
      lines.close();
      process.stderr.write('\n');
      process.kill(process.pid, 'SIGINT');
    });
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

function launch({ command, args, cwd, env }: Launch): ReturnType<Io['launch']> {
  const child = spawn(command, args, {
    detached: true,
    stdio: 'ignore',
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.unref();
  return {
    failed: new Promise((resolve) => {
      child.once('error', ({ message }) => resolve(message));
      child.once('exit', (code, signal) => {
        if (code !== 0) resolve(`it ended at once (${signal ?? `exit code ${code}`})`);
      });
    }),
    handedOver: new Promise((resolve) => {
      child.once('exit', (code) => {
        if (code === 0) resolve();
      });
    }),
  };
}
