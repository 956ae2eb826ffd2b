import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';
import { say } from './report.mjs';

const INSIDE = fileURLToPath(new URL('in-session.mjs', import.meta.url));

/**
 * What a command's windows need around them on this machine. On Linux without a display, or with `apart`: a
 * virtual one. Without a session bus: one of its own. With `keyring`: always a bus, a home and an unlocked
 * keychain that are thrown away afterwards, so that the person's own are never touched.
 *
 * @returns {{display: boolean, bus: boolean, keyring: boolean}}
 */
export function planSession({ keyring, apart = false }, env = process.env, platform = process.platform) {
  if (platform !== 'linux') return { display: false, bus: false, keyring: false };
  const display = apart || (!env.DISPLAY && !env.WAYLAND_DISPLAY);
  return { display, bus: keyring || !env.DBUS_SESSION_BUS_ADDRESS, keyring };
}

/** Notes its number and becomes the command, so that a signal can go to that alone. */
const NOTED = ['sh', '-c', 'echo $$ > "$0" && exec "$@"'];

// -noreset: an X server starts afresh when its last client goes, and turns away who comes in that moment.
function wrap(plan, command, { folder, pidFile, count }) {
  const inside = plan.keyring
    ? [process.execPath, INSIDE, join(folder, `home-${count}`), String(process.pid), ...command]
    : command;
  const noted =
    pidFile === undefined || process.platform === 'win32' ? inside : [...NOTED, pidFile, ...inside];
  const onBus = plan.bus ? ['dbus-run-session', '--', ...noted] : noted;
  const around = plan.display ? ['xvfb-run', '-a', '-s', '-screen 0 1440x1000x24 -noreset', ...onBus] : onBus;
  return count > 1 ? wrap(plan, around, { folder, count: count - 1 }) : around;
}

/** Without a Wayland, be it there or only chosen: Electron would prefer it to the virtual display. */
function onDisplay(plan, env) {
  const { ELECTRON_OZONE_PLATFORM_HINT: _, WAYLAND_DISPLAY: _there, XDG_SESSION_TYPE: _type, ...rest } = env;
  return plan.display ? rest : env;
}

function describe(plan, count) {
  const parts = [
    plan.display && 'a virtual display (xvfb-run)',
    plan.bus && 'a session bus of its own (dbus-run-session)',
    plan.keyring && 'a throw-away home and keychain',
  ].filter(Boolean);
  if (parts.length > 0) say(`running with ${parts.join(', ')}${count > 1 ? `, ${count} times` : ''}`);
}

/**
 * Runs a command inside the planned session; returns its exit code. All the processes of the session end
 * with it. A signal goes to the command first: it shall end while display and bus are still there.
 *
 * @param {ReturnType<typeof planSession>} plan
 * @param {string[]} command the program and its arguments
 * @param {{env?: NodeJS.ProcessEnv, cwd?: string, timeoutMs?: number, count?: number}} [options] `count` sessions
 *   (1), one inside of the other; the command runs in the innermost and finds all of them in CASTKEY_SESSIONS,
 *   so that it can run as many programs that know nothing of each other
 */
export async function runInSession(plan, command, options = {}) {
  const { count = 1 } = options;
  describe(plan, count);
  const folder = await mkdtemp(join(tmpdir(), 'castkey-'));
  const pidFile = join(folder, 'pid');
  const [program, ...args] = wrap(plan, command, { folder, pidFile, count });
  const env = {
    ...onDisplay(plan, options.env ?? process.env),
    ...(count > 1 ? { CASTKEY_SESSIONS: '[]' } : {}),
  };
  try {
    const { code, timedOut } = await run(program, args, {
      env,
      cwd: options.cwd,
      timeoutMs: options.timeoutMs,
      firstToHear: () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : undefined),
    });
    if (timedOut) say(`stopped after ${options.timeoutMs / 1000} s`);
    return code;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
