/** Mutual proof of a pairing key, before anything of an account is said. */
import { createHmac } from 'node:crypto';
import { LIMITS, PROOF_PREFIX } from '../../../shared/protocol.ts';
import type { Secret } from '../secret.ts';

/**
 * base64url(HMAC-SHA256(key, prefix + clientNonce + ":" + serverNonce)). The nonces are the strings
 * as sent; the key is the 32 decoded bytes.
 */
export function proofOf(
  side: keyof typeof PROOF_PREFIX,
  key: Secret,
  clientNonce: string,
  serverNonce: string,
): string {
  return createHmac('sha256', Buffer.from(key.reveal(), 'base64url'))
    .update(`${PROOF_PREFIX[side]}${clientNonce}:${serverNonce}`)
    .digest('base64url');
}

/** Whether a nonce holds 16 to 64 bytes. */
export function isNonce(nonce: string): boolean {
  const bytes = Buffer.from(nonce, 'base64url').length;
  return bytes >= LIMITS.nonceBytes.min && bytes <= LIMITS.nonceBytes.max;
}
