import { connect } from 'node:net';
import { isAbsolute, join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;
type Address = { path: string } | { host: string; port: number };

const X_PORT = 6000;
const WAIT_MS = 2000;

/**
 * Whether a display answers where the environment says there is one. It is asked before Chromium is, which
 * ends when there is none. A display that answers may still turn Castkey away; then Chromium ends after all.
 */
export async function displayIsThere(env: Env): Promise<boolean> {
  for (const address of displayAddresses(env)) if (await answers(address)) return true;
  return false;
}

/** Where the display may be: X servers listen at a path, in Linux's abstract names, or on another computer. */
export function displayAddresses(env: Env): Address[] {
  return [...xAddresses(env.DISPLAY ?? ''), ...waylandAddresses(env)];
}

function xAddresses(display: string): Address[] {
  const [, host = '', number = ''] = /^(.*?):(\d{1,5})(?:\.\d+)?$/.exec(display) ?? [];
  if (number === '') return [];
  if (isAbsolute(host)) return [{ path: `${host}:${number}` }]; // macOS: launchd's name for XQuartz
  const path = `/tmp/.X11-unix/X${number}`;
  if (host === '' || host === 'unix') return [{ path }, { path: `\0${path}` }];
  return [{ host: host.replace(/^tcp\//, ''), port: X_PORT + Number(number) }];
}

function waylandAddresses({ WAYLAND_DISPLAY: name = '', XDG_RUNTIME_DIR: folder = '' }: Env): Address[] {
  if (name === '') return [];
  if (isAbsolute(name)) return [{ path: name }];
  return folder === '' ? [] : [{ path: join(folder, name) }];
}

function answers(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const done = (there: boolean): void => {
      socket.destroy();
      resolve(there);
    };
    socket.setTimeout(WAIT_MS, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
