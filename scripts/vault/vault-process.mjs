import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inProject } from '../setup/paths.mjs';
import { sandboxFlags } from '../setup/sandbox-check.mjs';
import { end } from './cleanup.mjs';

const LAUNCH_MS = 30_000;
const QUIT_MS = 8_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const args = (flags = []) => [...sandboxFlags(), ...flags, inProject()];

/** Nothing of this terminal's Castkey reaches the demo's. */
function vaultEnv(home) {
  const others = Object.entries(process.env).filter(([name]) => !/^(CASTKEY_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(others), CASTKEY_HOME: home };
}

/**
 * Starts the vault as `npm start` does, for a person.
 *
 * @param {string} home the profile
 * @param {object} [options]
 * @param {string[]} [options.flags] Castkey's own, such as `--sandbox`, and Chromium's
 * @param {(line: string) => void} [options.onLine] hears all it prints; Chromium chatters, too
 * @returns {{pid: number | undefined, closed: Promise<void>, quit: () => Promise<void>}} `closed` rejects
 *   with the reason Castkey gave when it ends with another exit code than 0
 */
export function startVault(home, { flags = [], onLine = () => {} } = {}) {
  const child = spawn(process.env.CASTKEY_ELECTRON, args(flags), {
    env: vaultEnv(home),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let complaint = 'Castkey ended.';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.startsWith('castkey: ') && !/the sandbox Twitch is at/.test(line)) complaint = line;
      onLine(line);
    });
  }
  const closed = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(complaint))));
  });
  closed.catch(() => {});
  const quit = async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await forced(closed, child.pid);
  };
  return { pid: child.pid, closed, quit };
}

/**
 * Starts the vault in the hands of Playwright, for the scripted streamer.
 *
 * @returns {Promise<{pid: number | undefined, app: import('playwright-core').ElectronApplication,
 *   closed: Promise<void>, quit: () => Promise<void>}>}
 */
export async function driveVault(home) {
  const { _electron } = await import('playwright-core');
  const app = await keepingSignals(() =>
    _electron.launch({
      executablePath: process.env.CASTKEY_ELECTRON,
      args: args(),
      env: vaultEnv(home),
      timeout: LAUNCH_MS,
    }),
  );
  const child = app.process();
  const closed = new Promise((resolve) => child.once('exit', resolve));
  const quit = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      app.evaluate((electron) => electron.app.quit()).catch(() => {}); // no answer: it is on its way out
      await forced(closed, child.pid);
    }
    await app.close().catch(() => {});
  };
  return { pid: child.pid, app, closed, quit };
}

/** Playwright ends the whole process on Ctrl-C; the demo has more to tidy up than Playwright's part. */
async function keepingSignals(launch) {
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  const app = await launch();
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal).includes(listener)) process.off(signal, listener);
    }
  }
  return app;
}

/** Waits for a program to end, and ends it when it takes too long. */
async function forced(closed, pid) {
  const late = setTimeout(end, QUIT_MS, pid);
  await closed.catch(() => {});
  clearTimeout(late);
}
