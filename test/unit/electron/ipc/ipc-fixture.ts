import type { IpcSender } from '../../../../electron/ipc/guard.ts';
import type { PreloadIpc } from '../../../../electron/ipc/preload-api.ts';
import type { IpcHost } from '../../../../electron/ipc/register.ts';
import type { WindowRole } from '../../../../shared/ipc.ts';

type Listener = (caller: IpcSender, ...args: unknown[]) => Promise<unknown>;
type PushListener = (event: unknown, data: unknown) => void;

/** Both ends of Electron's IPC in one process: what a preload sees, and what the main process sees. */
export interface Wire {
  host: IpcHost;
  preload: PreloadIpc;
  channels(): string[];
  send(role: WindowRole, channel: string, data: unknown): void;
  listeners(channel: string): number;
  /** Who the next calls come from; null: the window that each belongs to. */
  caller: IpcSender | null;
}

/** Electron's IDs of the windows. */
export const WINDOW_IDS: Readonly<Record<WindowRole, number>> = { main: 1, approval: 2, signIn: 3 };

/** The top frame of one of Castkey's windows. */
export const windowOf = (role: WindowRole): IpcSender => ({
  sender: { id: WINDOW_IDS[role] },
  senderFrame: { origin: 'castkey://app', parent: null },
});
const roleOf = (channel: string) => channel.split(':')[1] as WindowRole;

/** Makes one; data crosses by structured clone, as it does in Electron. */
export function createWire(): Wire {
  const handlers = new Map<string, Listener>();
  const pushes = new Map<string, Set<PushListener>>();
  const wire: Wire = {
    caller: null,
    host: { handle: (channel, listener) => void handlers.set(channel, listener) },
    preload: {
      invoke: async (channel, ...args) => {
        const handler = handlers.get(channel);
        if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
        const caller = wire.caller ?? windowOf(roleOf(channel));
        return structuredClone(await handler(caller, ...structuredClone(args)));
      },
      on: (channel, listener) => {
        pushes.set(channel, (pushes.get(channel) ?? new Set()).add(listener));
      },
      removeListener: (channel, listener) => void pushes.get(channel)?.delete(listener),
    },
    channels: () => [...handlers.keys()],
    send: (_role, channel, data) => {
      for (const listener of pushes.get(channel) ?? [])
        listener({ sender: 'an event' }, structuredClone(data));
    },
    listeners: (channel) => pushes.get(channel)?.size ?? 0,
  };
  return wire;
}
