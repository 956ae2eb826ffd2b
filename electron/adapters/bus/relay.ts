import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { app } from 'electron';
import { z } from 'zod';
import { busPaths, writeAddress } from './address.ts';

/** sockaddr_un holds 108 bytes, the last of which is 0. */
const MAX_PATH_BYTES = 107;
/** For Chromium's end after Castkey's own; it takes less than one. */
const MAX_END_SECONDS = 8;

/** What the thread tells; `fd` is a file descriptor of the whole process. */
export type RelayNews = { kind: 'listening' | 'failed' } | { kind: 'opened' | 'closed'; fd: number };

/** In it a start hands the addresses of the buses to the one it makes of itself. */
const HANDED_OVER = 'CASTKEY_BUSES';
/** Whoever starts Castkey may have written it, so it names no other variable. */
const variables = z.enum(['DBUS_SESSION_BUS_ADDRESS', 'DBUS_SYSTEM_BUS_ADDRESS']);
const addresses = z.array(z.object({ variable: variables, path: z.string(), before: z.string().nullable() }));
type Addresses = z.infer<typeof addresses>;

/** Whoever is started by Castkey must not go through its relay, which ends with it. */
export interface BusRelay {
  /** The environment with the buses as they were when Castkey was started. */
  environment(): NodeJS.ProcessEnv;
}

/**
 * Has the environment name the relay's sockets instead of the buses; they lie in `folder`, which is this
 * user's alone. libdbus reads it once and before Castkey's own code runs, so it takes a new start of this
 * process. False when there is nothing to do: no bus, a path too long for a socket, or it is done already.
 */
export function pointToRelay(folder: string): boolean {
  const { env, platform } = process;
  if (platform !== 'linux' || handedOver() !== null) return false;
  const buses = busPaths(env).map((bus) => ({ ...bus, before: env[bus.variable] ?? null }));
  if (buses.length === 0 || Buffer.byteLength(socketIn(folder, 0)) > MAX_PATH_BYTES) return false;
  env[HANDED_OVER] = JSON.stringify(buses);
  buses.forEach(({ variable }, n) => {
    env[variable] = writeAddress(socketIn(folder, n));
  });
  return true;
}

const socketIn = (folder: string, n: number): string => join(folder, `bus-${n}.sock`);

/** Undoes `pointToRelay`, for good. */
export function pointToBuses(): void {
  setAll(buses().map(({ variable, before }) => [variable, before]));
  process.env[HANDED_OVER] = '';
}

const buses = (): Addresses => handedOver() ?? [];

/** Empty when this start is to go without a relay; null when nothing was handed over by Castkey, whatever is there. */
function handedOver(): Addresses | null {
  const text = process.env[HANDED_OVER];
  if (text === undefined || text === '') return text === undefined ? null : [];
  try {
    return addresses.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // no JSON
  }
}

/**
 * Puts a relay between this process and the session bus and the system bus. Chromium ends on the spot when
 * it loses either (dbus/bus.cc, OnConnectionDisconnectedFilter); so it doesn't hear of it. The relay is a
 * thread, since Chromium and GTK wait on the main one for answers. Null when it can't be had.
 */
export async function relayBuses(folder: string, thread: string): Promise<BusRelay | null> {
  const relayed = buses().map((bus, n) => ({ ...bus, listen: socketIn(folder, n) }));
  if (relayed.length > 0 && !(await startThread(thread, relayed))) return null;
  const before = relayed.map(({ variable, before }) => [variable, before] as const);
  return {
    environment() {
      const env = { ...process.env };
      delete env[HANDED_OVER];
      for (const [variable, value] of before) {
        if (value === null) delete env[variable];
        else env[variable] = value;
      }
      return env;
    },
  };
}

function setAll(variables: readonly (readonly [string, string | null])[]): void {
  for (const [name, value] of variables) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
}

async function startThread(
  file: string,
  buses: readonly { listen: string; path: string }[],
): Promise<boolean> {
  for (const { listen } of buses) rmSync(listen, { force: true }); // one that was killed left it
  const worker = new Worker(file, { workerData: buses });
  const open = new Set<number>();
  let listening = 0;
  const ready = await new Promise<boolean>((resolve) => {
    worker.on('error', () => resolve(false));
    worker.on('message', (news: RelayNews) => {
      if (news.kind === 'opened') open.add(news.fd);
      if (news.kind === 'closed') open.delete(news.fd);
      if (news.kind === 'failed') resolve(false);
      if (news.kind === 'listening') listening += 1;
      if (listening === buses.length) resolve(true);
    });
  });
  worker.unref();
  if (!ready) return false;
  for (const { listen } of buses) chmodSync(listen, 0o600);
  await keepOpenToTheEnd(open);
  return true;
}

/**
 * The thread ends before Chromium's own does that talks to the buses, and which would take it for a loss. An answer
 * that one still waits for never comes then, and it would wait 25 s (libdbus, DBUS_TIMEOUT_USE_DEFAULT): the system ends
 * what is left of this process sooner.
 */
async function keepOpenToTheEnd(open: ReadonlySet<number>): Promise<void> {
  const libc = (await import('koffi')).default.load(null);
  const [dup, alarm] = [libc.func('int dup(int)'), libc.func('unsigned int alarm(unsigned int)')];
  app.on('quit', () => {
    for (const fd of open) dup(fd);
    process.removeAllListeners('SIGALRM'); // else it would not end the process
    alarm(MAX_END_SECONDS);
  });
}
