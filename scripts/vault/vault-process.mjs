import { spawn } from 'node:child_process';
import { inProject } from '../setup/paths.mjs';
import { sandboxFlags } from '../setup/sandbox-check.mjs';
import { end } from './cleanup.mjs';

const LAUNCH_MS = 30_000;
const QUIT_MS = 8_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const args = () => [...sandboxFlags(), inProject()];

/** Nothing of this terminal's Castkey reaches the demo's. */
function vaultEnv(home) {
  const others = Object.entries(process.env).filter(([name]) => !/^(CASTKEY_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(others), CASTKEY_HOME: home };
}

/**
 * Starts the vault as `npm start` does, for a person.
 *
 * @returns {{pid: number | undefined, closed: Promise<void>, quit: () => Promise<void>}}
 */
export function startVault(home) {
  const child = spawn(process.env.CASTKEY_ELECTRON, args(), {
    env: vaultEnv(home),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    // Chromium chatters; Castkey itself says why it does not start.
    complaint += /^castkey: .*/m.exec(String(chunk))?.[0] ?? '';
  });
  const closed = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(complaint || 'Castkey ended.'))));
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
