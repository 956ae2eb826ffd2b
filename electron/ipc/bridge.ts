import { CALLS, type PreloadApi, type WindowRole } from '../../shared/ipc.ts';
import { callChannel, stateChannel } from './channels.ts';

/** The part of Electron's `ipcRenderer` the bridge uses; it stays on this side of it. */
export interface PreloadIpc {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, data: unknown) => void): unknown;
  removeListener(channel: string, listener: (event: unknown, data: unknown) => void): unknown;
}

/** How the main process tells a preload whose window it is in. */
export const ROLE_FLAG = '--castkey-role=';

/** The role in the arguments of a window's process; null when there is none, or one nobody has. */
export function readRole(argv: readonly string[]): WindowRole | null {
  const given = argv.find((arg) => arg.startsWith(ROLE_FLAG))?.slice(ROLE_FLAG.length);
  return given !== undefined && Object.hasOwn(CALLS, given) ? (given as WindowRole) : null;
}

/**
 * What a window gets as `window.castkey`: one function a call, built from the contract, so there is no
 * way to name a channel. Only data passes: never an event, a function of Electron's or `ipcRenderer`.
 */
export function makeBridge<R extends WindowRole>(role: R, ipc: PreloadIpc): PreloadApi<R> {
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
