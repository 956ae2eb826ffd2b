import type { WireErrorCode, WireErrorData } from '../../../shared/protocol.ts';

/** Failures that arise on the bot's side of the socket. */
export type ClientErrorCode =
  | 'vault-not-running'
  | 'vault-unproven'
  | 'connection-lost'
  | 'timeout'
  | 'bad-user'
  | 'key-file';

/** Every reason for which a call of this library fails: a closed list. */
export type CastkeyErrorCode = WireErrorCode | ClientErrorCode;

/** What a {@link CastkeyError} carries besides its code and message. */
export interface CastkeyErrorDetails {
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly missing?: readonly string[] | undefined;
  readonly hint?: string | undefined;
}

/** What the reader of each message can do about it; the half of a message that the vault doesn't write. */
const ADVICE: Record<CastkeyErrorCode, string> = {
  'vault-not-running': 'Start Castkey on this computer, then try again.',
  'vault-unproven': 'Another program may be posing as Castkey: quit it, start Castkey, then try again.',
  'connection-lost': 'Try again once Castkey is back.',
  timeout: 'Try again, or allow more time with timeoutMs.',
  'bad-user': 'Use the numeric user ID of the account, as the dashboard of Castkey shows it.',
  'key-file': 'Put the file right, or delete it and pair this bot again.',
  'not-paired': 'Pair this bot with Castkey: start it where a window may open, or run `castkey pair`.',
  'bad-proof': 'The pairing key is not the one Castkey knows: delete the key file and pair again.',
  denied: 'The streamer can allow this bot in Castkey under Bots.',
  'approval-timeout': 'Ask again while the streamer is at the computer.',
  'consent-denied': 'The streamer refused the Twitch permission; ask again only if it is really needed.',
  'consent-timeout': 'Ask again while the streamer is at the computer.',
  'wrong-account': 'Sign in with the account that Castkey names.',
  'scope-missing':
    'Allow windows for this request (interactive), or grant the scopes in Castkey under Accounts.',
  'unknown-user': 'Add the account in Castkey under Accounts.',
  'unknown-intent': 'Give an account this intent in Castkey under Accounts.',
  'needs-sign-in': 'The streamer must sign this account in again, in Castkey under Accounts.',
  setup:
    "A Twitch application is missing in Castkey, or its client ID, type or secret is wrong: Castkey's Settings, Applications.",
  locked: 'Castkey’s window says how to unlock it; then try again.',
  'twitch-unreachable': 'Twitch cannot be reached at the moment; try again.',
  'twitch-rejected': 'Twitch refused the request.',
  'rate-limited': 'Too many requests; wait before the next one.',
  'no-app-token': "App tokens need a confidential Twitch application; use a user's token.",
  'bad-request': 'Correct the call; the README of castkey-client shows each option.',
  'too-large': 'The request is longer than 64 KiB; ask for less at once.',
  'unsupported-protocol': 'Bring castkey-client and Castkey to the same version.',
  busy: 'Castkey has too many requests at once; try again in a moment.',
  'shutting-down': 'Castkey is quitting; try again once it is back.',
  internal: 'Try again later; if it stays so, look at the Activity page of Castkey.',
};

/** What to do about an error of this code; each message ends with it. */
export function adviceFor(code: CastkeyErrorCode): string {
  return ADVICE[code];
}

const BRAND = Symbol.for('castkey-client.CastkeyError');

/**
 * The one error this library throws. `code` says what happened, `retryable` whether the same call may
 * succeed later without anybody doing something, `message` what to do. No message holds a token.
 *
 * `instanceof` works across copies of the library (its ESM, CommonJS and tmi bundles).
 */
export class CastkeyError extends Error {
  override readonly name = 'CastkeyError';
  readonly code: CastkeyErrorCode;
  readonly retryable: boolean;
  /** Milliseconds to wait before trying again, where the vault knows. */
  readonly retryAfterMs: number | undefined;
  /** With `scope-missing`: the scopes the account lacks. */
  readonly missing: readonly string[] | undefined;
  /** Why nobody was asked by a window although the call allowed one, in a sentence; it is in `message`, too. */
  readonly hint: string | undefined;

  /** @param what What happened, in a sentence; advice for the code follows it in `message`. */
  constructor(code: CastkeyErrorCode, what: string, details: CastkeyErrorDetails = {}) {
    super([what, details.hint ?? '', ADVICE[code]].filter((part) => part !== '').join(' '));
    this.code = code;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.missing = details.missing;
    this.hint = details.hint;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** Plain data for logs and `--json`; nothing secret. */
  toJSON(): Record<string, unknown> {
    const { code, message, retryable, retryAfterMs, missing, hint } = this;
    return { code, message, retryable, retryAfterMs, missing, hint };
  }
}

/** The vault's refusal as an error. Its text is shown to people, so it is cleaned first. */
export function fromWire(message: string, data: WireErrorData): CastkeyError {
  return new CastkeyError(data.code, sanitize(message), data);
}

/** An error of the socket, told in words. */
export function fromSocket(error: NodeJS.ErrnoException, path: string): CastkeyError {
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') {
    return new CastkeyError('vault-not-running', `Nobody answers at ${path}.`, { retryable: true });
  }
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    const what = `This user may not open ${path}: the vault belongs to the user who started it.`;
    return new CastkeyError('vault-not-running', what, { retryable: false });
  }
  const what = `The connection to ${path} broke (${error.code ?? 'unknown cause'}).`;
  return new CastkeyError('connection-lost', what, { retryable: true });
}

/** The deadline of a wait passed. */
export function timedOut(what: string): CastkeyError {
  return new CastkeyError('timeout', `${what} took too long.`, { retryable: true });
}

/**
 * Text from the other side, safe to print: no control characters (terminal escapes), no bidirectional
 * overrides, nothing that looks like a Twitch token (30 or more of [a-z0-9]), at most 300 characters.
 */
export function sanitize(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\b[a-z0-9]{30,}\b/gi, '[hidden]')
    .slice(0, 300)
    .trim();
}
