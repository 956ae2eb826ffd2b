/** What a window and the main process call things between them. */
import { CALLS, type WindowRole } from '../../shared/ipc.ts';

/** The channel of a call. */
export const callChannel = (role: WindowRole, call: string): string => `castkey:${role}:${call}`;

/** The channel of the one push a window gets: its whole state. */
export const stateChannel = (role: WindowRole): string => `castkey:${role}:state`;

/** How the main process tells a preload whose window it is in. */
export const ROLE_FLAG = '--castkey-role=';

/** The role in the arguments of a window's process; null when there is none, or one nobody has. */
export function readRole(argv: readonly string[]): WindowRole | null {
  const given = argv.find((arg) => arg.startsWith(ROLE_FLAG))?.slice(ROLE_FLAG.length);
  return given !== undefined && Object.hasOwn(CALLS, given) ? (given as WindowRole) : null;
}
