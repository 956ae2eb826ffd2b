import { WINDOW_ROLES, type WindowPushes, type WindowRole } from '../../shared/ipc.ts';
import { stateChannel } from './channels.ts';

/** Sends to the window of a role; does nothing while there is none. */
export type Send = (role: WindowRole, channel: string, data: unknown) => void;

/** How a window's state is read at the moment it is sent. */
export type ReadStates = { [R in WindowRole]: () => WindowPushes[R] };

/**
 * Returns a function to call whenever something changed: each window then gets its whole state once,
 * however often it was called in the meantime. `later` runs a function after the current turn.
 */
export function createPush(read: ReadStates, send: Send, later: (run: () => void) => void): () => void {
  let due = false;
  const push = (): void => {
    due = false;
    for (const role of WINDOW_ROLES) send(role, stateChannel(role), read[role]());
  };
  return () => {
    if (due) return;
    due = true;
    later(push);
  };
}
