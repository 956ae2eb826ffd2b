import { RPC_ERROR, type WireErrorCode, type WireErrorData } from '../../../shared/protocol.ts';
import type { Failure } from '../result.ts';

/** A JSON-RPC error; `id` is null when it answers no request in particular. */
export interface ErrorReply {
  jsonrpc: '2.0';
  id: number | string | null;
  error: { code: number; message: string; data: WireErrorData };
}

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

/** Whether the same request may succeed later without anybody doing something. */
export const isRetryable = (code: WireErrorCode): boolean => RETRYABLE.has(code);

/** A failure as a bot is told it; `rpcCode` is JSON-RPC's own number where the request itself was wrong. */
export function errorReply(
  id: ErrorReply['id'],
  { code, message, retryAfterMs, missing, hint }: Failure,
  rpcCode: number = RPC_ERROR.castkey,
): ErrorReply {
  const data: WireErrorData = {
    code,
    retryable: isRetryable(code),
    ...(retryAfterMs && { retryAfterMs }),
    ...(missing && { missing }),
    ...(hint && { hint }),
  };
  return { jsonrpc: '2.0', id, error: { code: rpcCode, message, data } };
}
