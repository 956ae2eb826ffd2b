import type { WindowRole } from '../../shared/ipc.ts';

/** The name a call has on the wire between a window and the main process. */
export const callChannel = (role: WindowRole, call: string): string => `castkey:${role}:${call}`;

/** The one push of a window: its whole state. */
export const stateChannel = (role: WindowRole): string => `castkey:${role}:state`;
