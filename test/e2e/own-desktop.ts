/** A display, a session bus and a keychain of a test's own, which it may take away. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freshHome, removeHome } from './castkey-process.ts';

export interface OwnDesktop {
  /** What a program needs to be on it. */
  env: Record<string, string>;
  startDisplay(): Promise<void>;
  killDisplay(): Promise<void>;
  killBus(): Promise<void>;
  close(): Promise<void>;
}

const FIRST_DISPLAY = 400;
const WAIT = { timeout: 10_000, interval: 50 };

/** Everything is there; Linux only. */
export async function openOwnDesktop(): Promise<OwnDesktop> {
  const folder = freshHome();
  const number = FIRST_DISPLAY + (process.pid % 1000);
  const address = `unix:path=${join(folder, 'bus')}`;
  const env = {
    DISPLAY: `:${number}`,
    DBUS_SESSION_BUS_ADDRESS: address,
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CURRENT_DESKTOP: 'GNOME',
  };
  mkdirSync(env.XDG_DATA_HOME);
  const running = new Map<string, ChildProcess>();
  const start = (name: string, program: string, args: string[], input = ''): void => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin?.on('error', () => {}); // it may have ended, or read nothing
    child.stdin?.end(input);
    running.set(name, child);
  };
  const kill = async (name: string): Promise<void> => {
    const child = running.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const startDisplay = async (): Promise<void> => {
    for (const left of [`/tmp/.X${number}-lock`, `/tmp/.X11-unix/X${number}`]) rmSync(left, { force: true });
    start('display', 'Xvfb', [
      env.DISPLAY,
      '-screen',
      '0',
      '1440x1000x24',
      '-noreset',
      '-ac',
      '-nolisten',
      'tcp',
    ]);
    await appears(`/tmp/.X11-unix/X${number}`);
  };
  await startDisplay();
  start('bus', 'dbus-daemon', ['--session', '--nofork', `--address=${address}`]);
  await appears(join(folder, 'bus'));
  start(
    'keychain',
    'gnome-keyring-daemon',
    ['--foreground', '--unlock', '--components=secrets'],
    'throw-away',
  );
  // Else the bus would start another one, which asks for a password.
  await vi.waitUntil(() => hasOwner(address, 'org.freedesktop.secrets'), WAIT);
  return {
    env,
    startDisplay,
    killDisplay: () => kill('display'),
    killBus: () => kill('bus'),
    async close() {
      for (const name of running.keys()) await kill(name);
      await removeHome(folder);
    },
  };
}

async function appears(path: string): Promise<void> {
  await vi.waitUntil(() => existsSync(path), WAIT);
}

function hasOwner(address: string, name: string): boolean {
  const question = ['--print-reply=literal', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
  const ask = [...question, 'org.freedesktop.DBus.NameHasOwner', `string:${name}`];
  return spawnSync('dbus-send', [`--bus=${address}`, ...ask], { encoding: 'utf8' }).stdout.includes('true');
}
