/** Asks programs on the session bus, for the little that Chromium doesn't tell. */
import { connect, type Socket } from 'node:net';
import { busPaths } from './address.ts';
import {
  type BusCall,
  type BusContent,
  busMethod,
  contentOf,
  createMessageReader,
  helloCall,
  methodCall,
} from './message.ts';
import { signIn } from './sign-in.ts';

/** A bus, or a program on it, that doesn't answer sooner is taken for one that isn't there. */
const ANSWER_MS = 2_000;

/** A connection of its own. */
export interface BusClient {
  /** What was answered; null when it was refused, or nothing came in time. */
  call(call: BusCall, timeoutMs?: number): Promise<unknown[] | null>;
  /** The body of the next such signal; null when the bus is lost, or when it didn't come in time. */
  signal(from: { path: string; member: string }, timeoutMs: number): Promise<unknown[] | null>;
  close(): void;
}

/** Opens the session bus of an environment; null where there is none, or none that answers. Never rejects. */
export async function openSessionBus(
  env: Readonly<Record<string, string | undefined>>,
): Promise<BusClient | null> {
  const path = busPaths(env).find(({ variable }) => variable === 'DBUS_SESSION_BUS_ADDRESS')?.path;
  if (path === undefined) return null;
  const socket = await new Promise<Socket | null>((resolve) => {
    const timer = setTimeout(resolve, ANSWER_MS, null);
    signIn(connect(path), (signedIn) => {
      clearTimeout(timer);
      resolve(signedIn);
    });
  });
  return socket === null ? null : talk(socket);
}

async function talk(socket: Socket): Promise<BusClient | null> {
  const waiting = new Set<Waiting>();
  const settle = (one: Waiting, body: unknown[] | null): void => {
    clearTimeout(one.timer);
    waiting.delete(one);
    one.done(body);
  };
  const wait = (hears: Waiting['hears'], timeoutMs: number): Promise<unknown[] | null> =>
    new Promise((done) => {
      if (socket.destroyed) return done(null);
      const one: Waiting = { hears, done, timer: setTimeout(() => settle(one, null), timeoutMs) };
      waiting.add(one);
    });
  readMessages(socket, (content, answers) => {
    for (const one of waiting)
      if (one.hears(content, answers)) settle(one, content.kind === 'error' ? null : content.body);
  });
  socket.on('close', () => {
    for (const one of waiting) settle(one, null);
  });
  let serial = 1;
  const call: BusClient['call'] = (to, timeoutMs = ANSWER_MS) => {
    serial += 1;
    const own = serial;
    socket.write(methodCall(own, to));
    return wait((_, answers) => answers === own, timeoutMs);
  };
  socket.unref(); // being asked keeps nothing alive
  socket.write(helloCall(1));
  if ((await wait((_, answers) => answers === 1, ANSWER_MS)) === null) {
    socket.destroy();
    return null;
  }
  return {
    call,
    signal({ path, member }, timeoutMs) {
      void call(busMethod('AddMatch', 's', [`type='signal',path='${path}',member='${member}'`]));
      const isIt = (heard: BusContent) =>
        heard.kind === 'signal' && heard.path === path && heard.member === member;
      return wait(isIt, timeoutMs);
    },
    close: () => void socket.destroy(),
  };
}

interface Waiting {
  hears(content: BusContent, answers: number | null): boolean;
  done(body: unknown[] | null): void;
  readonly timer: NodeJS.Timeout;
}

function readMessages(socket: Socket, take: (content: BusContent, answers: number | null) => void): void {
  const read = createMessageReader();
  socket.on('data', (piece: Buffer) => {
    try {
      for (const message of read(piece)) take(contentOf(message), message.answers);
    } catch {
      socket.destroy(); // whatever it is, it speaks no D-Bus; all who wait hear that nothing comes
    }
  });
}
