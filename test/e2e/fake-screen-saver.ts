/** A desktop's screen saver on the session bus, as far as programs can see it. */
import dbus, { type Message } from 'dbus-next';

const NAME = 'org.freedesktop.ScreenSaver';
const PATH = '/org/freedesktop/ScreenSaver';

export interface ScreenSaver {
  /** Somebody locks the screen, or unlocks it. */
  lock(on: boolean): void;
  close(): void;
}

/** Becomes the session's screen saver. Chromium looks for one once, when it is first asked. */
export async function openScreenSaver(): Promise<ScreenSaver> {
  const bus = dbus.sessionBus();
  let locked = false;
  bus.addMethodHandler((message: Message) => {
    if (message.interface !== NAME || message.member !== 'GetActive') return false;
    bus.send(dbus.Message.newMethodReturn(message, 'b', [locked]));
    return true;
  });
  const DO_NOT_QUEUE = 4;
  const owned = await bus.requestName(NAME, DO_NOT_QUEUE);
  if (owned !== 1) throw new Error('this session has a screen saver already');
  return {
    lock(on) {
      locked = on;
      bus.send(dbus.Message.newSignal(PATH, NAME, 'ActiveChanged', 'b', [on]));
    },
    close: () => bus.disconnect(),
  };
}
