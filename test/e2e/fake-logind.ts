/** systemd-logind, as far as programs can see it, on the session's own bus. */
import dbus, { type Message } from 'dbus-next';

const NAME = 'org.freedesktop.login1';
const PATH = '/org/freedesktop/login1';
const MANAGER = `${NAME}.Manager`;

export interface LoginManager {
  /** What programs start with, so that they find it. */
  env: Record<string, string>;
  /** What programs have asked to be waited for: what it is, who, why, how. */
  inhibited(): string[][];
  /** The computer is about to be shut down. */
  shutDown(): void;
  close(): void;
}

/**
 * Becomes the login manager. It gives out no real locks, since those are open files, which this bus library doesn't
 * hand over: who is waited for is not its to tell.
 */
export async function openLoginManager(): Promise<LoginManager> {
  const bus = dbus.sessionBus();
  const asked: string[][] = [];
  bus.addMethodHandler((message: Message) => {
    if (message.interface !== MANAGER || message.member !== 'Inhibit') return false;
    asked.push(message.body as string[]);
    bus.send(dbus.Message.newMethodReturn(message, '', []));
    return true;
  });
  const DO_NOT_QUEUE = 4;
  const owned = await bus.requestName(NAME, DO_NOT_QUEUE);
  if (owned !== 1) throw new Error('this bus has a login manager already');
  return {
    env: { DBUS_SYSTEM_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS ?? '' },
    inhibited: () => asked,
    shutDown: () => bus.send(dbus.Message.newSignal(PATH, MANAGER, 'PrepareForShutdown', 'b', [true])),
    close: () => bus.disconnect(),
  };
}
