import { CastkeyError, type CastkeyErrorCode } from '../javascript/src/errors.ts';
import { UsageError } from './command-errors.ts';

/** What scripts can tell from how `castkey` ended; part of its interface. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notRunning: 3,
  notAllowed: 4,
  needsStreamer: 5,
  timeout: 6,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The same in words, for `--help` and the README. */
export const EXIT_MEANINGS: Record<ExitCode, string> = {
  0: 'done',
  1: 'failed for another reason',
  2: 'wrong use of the command',
  3: 'Castkey is not running',
  4: 'denied or not allowed',
  5: 'the streamer must act: unlock, sign in, or set up',
  6: 'timed out, or Twitch or Castkey out of reach',
};

/** The codes of `exec`, which else ends with the code of its program. */
const EXEC_MEANINGS = {
  '126': 'exec: the program cannot be run',
  '127': 'exec: there is no such program',
  '128+N': 'the signal N ended it; exec: its program. 141: nobody reads the output',
} as const;

/** All of them, as the help, the man page and the documentation list them. */
export const EXIT_ROWS: readonly (readonly [string, string])[] = [
  ...Object.entries(EXIT_MEANINGS),
  ...Object.entries(EXEC_MEANINGS),
];

/** The exit code of each error; a new code without one doesn't compile. */
const EXIT_CODES: Record<CastkeyErrorCode, ExitCode> = {
  'vault-not-running': EXIT.notRunning,
  'vault-unproven': EXIT.notAllowed,
  'connection-lost': EXIT.timeout,
  timeout: EXIT.timeout,
  'bad-user': EXIT.usage,
  'key-file': EXIT.failure,
  'not-paired': EXIT.notAllowed,
  'bad-proof': EXIT.notAllowed,
  denied: EXIT.notAllowed,
  'approval-timeout': EXIT.timeout,
  'consent-denied': EXIT.notAllowed,
  'consent-timeout': EXIT.timeout,
  'wrong-account': EXIT.notAllowed,
  'scope-missing': EXIT.notAllowed,
  'unknown-user': EXIT.notAllowed,
  'unknown-intent': EXIT.notAllowed,
  'needs-sign-in': EXIT.needsStreamer,
  setup: EXIT.needsStreamer,
  locked: EXIT.needsStreamer,
  'twitch-unreachable': EXIT.timeout,
  'twitch-rejected': EXIT.failure,
  'rate-limited': EXIT.timeout,
  'no-app-token': EXIT.notAllowed,
  'bad-request': EXIT.usage,
  'too-large': EXIT.usage,
  'unsupported-protocol': EXIT.failure,
  busy: EXIT.timeout,
  'shutting-down': EXIT.timeout,
  internal: EXIT.failure,
};

/** How the command ends after an error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  return error instanceof CastkeyError ? EXIT_CODES[error.code] : EXIT.failure;
}
