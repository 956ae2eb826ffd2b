import type { WireErrorCode } from '../../shared/wire.ts';

/** Why something could not be done, as a value. The message is for a person and holds no secret. */
export interface Fault {
  code: WireErrorCode;
  message: string;
  retryable: boolean;
  retryAfterMs?: number;
  missing?: string[];
}

export type Refused = { ok: false; fault: Fault };
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

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function fault(
  code: WireErrorCode,
  message: string,
  more: { retryAfterMs?: number; missing?: string[] } = {},
): Fault {
  return { code, message, retryable: RETRYABLE.has(code), ...more };
}

export function failed(
  code: WireErrorCode,
  message: string,
  more: { retryAfterMs?: number; missing?: string[] } = {},
): Refused {
  return { ok: false, fault: fault(code, message, more) };
}
