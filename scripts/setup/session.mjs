import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';
import { say } from './report.mjs';

const INSIDE = fileURLToPath(new URL('in-session.mjs', import.meta.url));

/**
 * What a command's windows need around them on this machine. On Linux without a display: a virtual one.
 * Without a session bus: one of its own. With `keyring`: always a bus, a home and an unlocked keychain
 * that are thrown away afterwards, so that the person's own are never touched.
 *
 * @returns {{display: boolean, bus: boolean, keyring: boolean}}
 */
export function planSession({ keyring }, env = process.env, platform = process.platform) {
  if (platform !== 'linux') return { display: false, bus: false, keyring: false };
  const display = !env.DISPLAY && !env.WAYLAND_DISPLAY;
  return { display, bus: keyring || !env.DBUS_SESSION_BUS_ADDRESS, keyring };
}

// -noreset: an X server starts afresh when its last client goes, and turns away who comes in that moment.
function wrap(plan, command) {
  const inside = plan.keyring ? [process.execPath, INSIDE, ...command] : command;
  const onBus = plan.bus ? ['dbus-run-session', '--', ...inside] : inside;
  return plan.display ? ['xvfb-run', '-a', '-s', '-screen 0 1440x1000x24 -noreset', ...onBus] : onBus;
}

function describe(plan) {
  const parts = [
    plan.display && 'a virtual display (xvfb-run), as there is no real one',
    plan.bus && 'a session bus of its own (dbus-run-session)',
    plan.keyring && 'a throw-away home and keychain',
  ].filter(Boolean);
  if (parts.length > 0) say(`running with ${parts.join(', ')}`);
}

/**
 * Runs a command inside the planned session; returns its exit code. All the processes of the session end
 * with it.
 *
 * @param {ReturnType<typeof planSession>} plan
 * @param {string[]} command the program and its arguments
 * @param {{env?: NodeJS.ProcessEnv, cwd?: string, timeoutMs?: number}} [options]
 */
export async function runInSession(plan, command, options = {}) {
  describe(plan);
  const home = plan.keyring ? await mkdtemp(join(tmpdir(), 'castkey-')) : undefined;
  const [program, ...args] = wrap(plan, command);
  const env = {
    ...(options.env ?? process.env),
    CASTKEY_SESSION_PARENT: String(process.pid),
    ...(home === undefined ? {} : { CASTKEY_SESSION_HOME: home }),
  };
  try {
    const { code, timedOut } = await run(program, args, {
      env,
      cwd: options.cwd,
      timeoutMs: options.timeoutMs,
    });
    if (timedOut) say(`stopped after ${options.timeoutMs / 1000} s`);
    return code;
  } finally {
    if (home !== undefined) await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
