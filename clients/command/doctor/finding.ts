import type { SocketPath } from '../../../shared/socket-path.ts';
import type { ConnectOptions } from '../../javascript/src/types.ts';
import type { Io } from '../io.ts';

/** What was looked at, how it is, and what to do about it. `note` is no failure. */
export type Finding = { readonly check: string; readonly what: string } & (
  | { readonly state: 'ok' }
  | { readonly state: 'note' | 'bad'; readonly advice: string }
);

/** Where and for whom to look. */
export interface DoctorInput {
  readonly io: Io;
  readonly options: ConnectOptions;
  readonly socket: SocketPath;
}

/** All is well with it. */
export const ok = (check: string, what: string): Finding => ({ check, state: 'ok', what });
/** Worth knowing. */
export const note = (check: string, what: string, advice: string): Finding => ({
  check,
  state: 'note',
  what,
  advice,
});
/** Keeps a bot from its tokens, or soon will. */
export const bad = (check: string, what: string, advice: string): Finding => ({
  check,
  state: 'bad',
  what,
  advice,
});
