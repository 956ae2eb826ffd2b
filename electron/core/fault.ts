import type { WireErrorCode } from '../../shared/protocol.ts';

/** Why something could not be done, as a value. The message is for a person and holds no secret. */
export interface Fault {
  code: WireErrorCode;
  message: string;
  retryable: boolean;
  retryAfterMs?: number;
  missing?: string[];
  /** True for the streamer's own no: the record has it already. */
  answered?: true;
}

/** The half of an outcome that says why not. */
export type Refused = { ok: false; fault: Fault };
/** What was asked for, or why it could not be had. */
export type Outcome<T> = { ok: true; value: T } | Refused;

/** Codes after which the same request may succeed later though nobody did anything. */
const RETRYABLE: ReadonlySet<WireErrorCode> = new Set<WireErrorCode>([
  'approval-timeout',
  'consent-timeout',
  'locked',
  'twitch-unreachable',
  'rate-limited',
  'busy',
  'shutting-down',
  'internal',
]);

/** An outcome that is good. */
export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** A reason with its code; whether trying again helps follows from the code. */
export function fault(
  code: WireErrorCode,
  message: string,
  more: { retryAfterMs?: number; missing?: string[]; answered?: true } = {},
): Fault {
  return { code, message, retryable: RETRYABLE.has(code), ...more };
}

/** An outcome that is not good. */
export function failed(
  code: WireErrorCode,
  message: string,
  more: { retryAfterMs?: number; missing?: string[]; answered?: true } = {},
): Refused {
  return { ok: false, fault: fault(code, message, more) };
}
