import { CALLS, type PreloadApi, type WindowRole } from '../../shared/ipc.ts';
import { callChannel, stateChannel } from './channels.ts';

/** The part of Electron's `ipcRenderer` that is used; pages never get hold of it. */
export interface PreloadIpc {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, data: unknown) => void): unknown;
  removeListener(channel: string, listener: (event: unknown, data: unknown) => void): unknown;
}

/**
 * What a window gets as `window.castkey`: one function a call, built from the contract, so there is no
 * way to name a channel. Only data passes: never an event, a function of Electron's or `ipcRenderer`.
 */
export function createPreloadApi<R extends WindowRole>(role: R, ipc: PreloadIpc): PreloadApi<R> {
  const calls = CALLS[role].map((call) => [
    call,
    (...args: unknown[]) => ipc.invoke(callChannel(role, call), ...args.slice(0, 1)), // Electron security rule 20
  ]);
  return Object.freeze({ ...Object.fromEntries(calls), onState: listen(role, ipc) }) as PreloadApi<R>;
}

function listen(role: WindowRole, ipc: PreloadIpc): (listener: (state: unknown) => void) => () => void {
  return (listener) => {
    const channel = stateChannel(role);
    const hear = (_event: unknown, state: unknown): void => listener(state); // Electron security rule 20
    ipc.on(channel, hear);
    return () => {
      ipc.removeListener(channel, hear);
    };
  };
}
