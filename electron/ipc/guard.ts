import { APP_ORIGIN } from '../../shared/ipc.ts';

/** The part of Electron's IPC event the guard reads; tests build one by hand. */
export interface IpcSender {
  readonly sender: { readonly id: number };
  readonly senderFrame: { readonly origin: string; readonly parent: unknown } | null;
}

/**
 * True only for the top frame of the one window that has the role, while it is on Castkey's own origin.
 * The origin alone would not do: an `about:blank` child frame reports its parent's.
 */
export function isOurWindow(sender: IpcSender, windowId: number | null): boolean {
  const frame = sender.senderFrame; // read at once: null after the frame has moved on or died
  if (frame === null) return false;
  // Electron security rule 17
  return sender.sender.id === windowId && frame.parent === null && frame.origin === APP_ORIGIN;
}
