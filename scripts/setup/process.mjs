import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const running = new Set();
/** Between asking a program to end and ending it. */
const GRACE_MS = 5000;
/** So soon after another one a signal is the same again. */
const SAME_MS = 1000;
/** Longer than Castkey waits for Twitch when it quits (`electron/app/quit.ts`). */
const MAX_END_MS = 45_000;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** @returns Whether it was there to hear it. */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** A detached child leads its own process group; the group holds what it started in turn. */
const killTree = (child, signal) => send(child.detached ? -child.pid : child.pid, signal);

/**
 * To the one among them that is to end first, if there is one; when somebody insists, to all. Under npm each
 * Ctrl-C comes twice, from the terminal and from npm.
 */
function tell(child, signal) {
  const now = performance.now();
  if (child.toldAt !== undefined && now - child.toldAt < SAME_MS) return;
  const first = child.toldAt === undefined ? child.firstToHear?.() : undefined;
  // Without anybody to be first all hear each signal.
  if (child.firstToHear) {
    child.toldAt ??= now;
    setTimeout(() => running.has(child) && killTree(child, 'SIGKILL'), MAX_END_MS).unref();
  }
  if (!(first > 0 && send(first, signal))) killTree(child, signal);
}

function forward(signal) {
  for (const child of running) tell(child, signal);
}

function watchSignals(on) {
  for (const signal of FORWARDED) process[on ? 'on' : 'off'](signal, forward);
}

/**
 * Runs a program to its end and returns `{ code, stdout, stderr }` (the texts only when captured).
 * Signals sent to this process are passed on to it and to all it started.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, capture?: boolean, quietOut?: boolean,
 *   input?: string, timeoutMs?: number, firstToHear?: () => number | undefined}} [options] `quietOut` sends the
 *   program's stdout to our stderr; after `timeoutMs` it is told to end, then killed, and `timedOut` is true;
 *   `firstToHear` names a process among them that alone hears the first signal
 */
export async function run(command, args, options = {}) {
  const detached = process.platform !== 'win32';
  const out = options.capture ? 'pipe' : options.quietOut ? 2 : 'inherit';
  const stdio = [options.input === undefined ? 'inherit' : 'pipe', out, options.capture ? 'pipe' : 'inherit'];
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio,
    detached,
    windowsHide: true,
  });
  child.detached = detached;
  child.firstToHear = options.firstToHear;
  const texts = { stdout: '', stderr: '' };
  for (const name of options.capture ? ['stdout', 'stderr'] : []) {
    child[name].setEncoding('utf8').on('data', (chunk) => {
      texts[name] += chunk;
    });
  }
  child.stdin?.end(options.input);
  return await ending(child, texts, options.timeoutMs);
}

async function ending(child, texts, timeoutMs) {
  if (running.size === 0) watchSignals(true);
  running.add(child);
  let timedOut = false;
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          tell(child, 'SIGTERM');
          setTimeout(killTree, GRACE_MS, child, 'SIGKILL').unref();
        }, timeoutMs);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve({ code: code ?? 128 + (constants.signals[signal] ?? 0), timedOut, ...texts });
      });
    });
  } finally {
    clearTimeout(timer);
    running.delete(child);
    if (running.size === 0) watchSignals(false);
  }
}

/** Runs a Node script of ours or of a package; see `run`. */
export const runNode = (args, options) => run(process.execPath, args, options);

/** Runs npm, the one that started us if there is one; see `run`. */
export function runNpm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return runNode([cli, ...args], options);
  // On Windows npm is a .cmd file, which only a shell may start; the arguments are all our own.
  return process.platform === 'win32'
    ? run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options)
    : run('npm', args, options);
}
