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
  /** Who the next calls come from. */
  caller: IpcSender;
}

/** Makes one; data crosses by structured clone, as it does in Electron. */
export function createWire(): Wire {
  const handlers = new Map<string, Listener>();
  const pushes = new Map<string, Set<PushListener>>();
  const wire: Wire = {
    caller: { sender: { id: 1 }, senderFrame: { origin: 'castkey://app', parent: null } },
    host: { handle: (channel, listener) => void handlers.set(channel, listener) },
    preload: {
      invoke: async (channel, ...args) => {
        const handler = handlers.get(channel);
        if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
        return structuredClone(await handler(wire.caller, ...structuredClone(args)));
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
