// in-session.mjs HOME PARENT COMMAND…: runs inside a session bus of its own (session.mjs, the process PARENT, starts
// it). Makes a throw-away home, brings up an unlocked keychain in it, then runs the command it was given.
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './process.mjs';
import { runCommand, SetupError, say } from './report.mjs';

const MAX_KEYCHAIN_WAIT_MS = 10_000;
const POLL_MS = 50;
const WATCH_MS = 2000;

/** The environment of the throw-away home. Where the desktop is GNOME, Chromium picks its keychain. */
async function homeEnv(home, outer) {
  const folders = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_RUNTIME_DIR: join(home, 'run'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  return { ...outer, ...folders, XDG_CURRENT_DESKTOP: 'GNOME' };
}

/** Adds what makes up this session to those around it, where the command is to know them all. */
function withSessions({ CASTKEY_SESSIONS: around, ...env }) {
  if (around === undefined) return env;
  const names = ['DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS', 'HOME'];
  const own = Object.entries(env).filter(([name]) => names.includes(name) || name.startsWith('XDG_'));
  const all = [...JSON.parse(around), Object.fromEntries(own)];
  return { ...env, CASTKEY_SESSIONS: JSON.stringify(all) };
}

async function keychainIsUp(env) {
  const question = [
    '--session',
    '--dest=org.freedesktop.DBus',
    '--print-reply=literal',
    '/org/freedesktop/DBus',
  ];
  const ask = [...question, 'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'];
  const { stdout } = await run('dbus-send', ask, { env, capture: true });
  return stdout.includes('true');
}

async function startKeychain(env) {
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  daemon.on('error', () => {});
  daemon.stdin.end('throw-away');
  for (let waited = 0; waited < MAX_KEYCHAIN_WAIT_MS; waited += POLL_MS) {
    if (daemon.exitCode === null && (await keychainIsUp(env))) return daemon;
    await sleep(POLL_MS);
  }
  daemon.kill();
  throw new SetupError('gnome-keyring-daemon did not come up on the session bus.');
}

/** Ends this session when the command that wanted it was killed without a chance to clean up. */
function followParent(parent) {
  const timer = setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      say('the command that started this session is gone; ending');
      process.kill(process.pid, 'SIGTERM');
    }
  }, WATCH_MS);
  timer.unref();
}

await runCommand(async () => {
  const [home, parent, program, ...args] = process.argv.slice(2);
  const env = withSessions(await homeEnv(home, process.env));
  const keychain = await startKeychain(env);
  followParent(Number(parent));
  try {
    return (await run(program, args, { env })).code;
  } finally {
    keychain.kill();
    // Also here, as the command that made it may have been killed.
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
});
