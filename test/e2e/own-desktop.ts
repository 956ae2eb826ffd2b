/** A display, a session bus and a keychain of a test's own, which it may take away. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import dbus, { type Variant } from 'dbus-next';
import { vi } from 'vitest';
import { freshHome, removeHome } from './castkey-process.ts';

export interface OwnDesktop {
  /** What a program needs to be on it. */
  env: Record<string, string>;
  startDisplay(): Promise<void>;
  killDisplay(): Promise<void>;
  killBus(): Promise<void>;
  /** As its person does elsewhere, say in the keychain's own program. */
  lockKeychain(): Promise<void>;
  unlockKeychain(): Promise<void>;
  close(): Promise<void>;
}

const FIRST_DISPLAY = 400;
const PASSWORD = 'throw-away';
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
  start('keychain', 'gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], PASSWORD);
  // Else the bus would start another one, which asks for a password.
  await vi.waitUntil(() => hasOwner(address, 'org.freedesktop.secrets'), WAIT);
  return {
    env,
    startDisplay,
    killDisplay: () => kill('display'),
    killBus: () => kill('bus'),
    lockKeychain: () => onKeychain(address, lock),
    unlockKeychain: () => onKeychain(address, unlock),
    async close() {
      for (const name of running.keys()) await kill(name);
      await removeHome(folder);
    },
  };
}

const SERVICE = 'org.freedesktop.secrets';
const ROOT = '/org/freedesktop/secrets';
const LOGIN = `${ROOT}/collection/login`;
type Ask = (interfaceName: string, member: string, signature: string, body: unknown[]) => Promise<unknown[]>;

async function onKeychain(busAddress: string, act: (ask: Ask) => Promise<unknown>): Promise<void> {
  const bus = dbus.sessionBus({ busAddress });
  const ask: Ask = async (interfaceName, member, signature, body) => {
    const to = { destination: SERVICE, path: ROOT, interface: interfaceName };
    return (await bus.call(new dbus.Message({ ...to, member, signature, body })))?.body ?? [];
  };
  await act(ask);
  bus.disconnect();
}

const lock = (ask: Ask): Promise<unknown> => ask('org.freedesktop.Secret.Service', 'Lock', 'ao', [[LOGIN]]);

/** gnome-keyring's own way for its own programs. */
async function unlock(ask: Ask): Promise<void> {
  const plain: Variant<string> = new dbus.Variant('s', '');
  const [, session] = await ask('org.freedesktop.Secret.Service', 'OpenSession', 'sv', ['plain', plain]);
  const secret = [session, Buffer.alloc(0), Buffer.from(PASSWORD), 'text/plain'];
  const hidden = 'org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface';
  await ask(hidden, 'UnlockWithMasterPassword', 'o(oayays)', [LOGIN, secret]);
}

async function appears(path: string): Promise<void> {
  await vi.waitUntil(() => existsSync(path), WAIT);
}

function hasOwner(address: string, name: string): boolean {
  const question = ['--print-reply=literal', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
  const ask = [...question, 'org.freedesktop.DBus.NameHasOwner', `string:${name}`];
  return spawnSync('dbus-send', [`--bus=${address}`, ...ask], { encoding: 'utf8' }).stdout.includes('true');
}
