import { createHmac, timingSafeEqual } from 'node:crypto';
import { PROOF_PREFIX } from '../../../shared/protocol.ts';

/** Who proves itself. */
export type Prover = keyof typeof PROOF_PREFIX;

/** A pairing key: what the vault calls it, and its 32 bytes. */
export interface PairingKey {
  readonly keyId: string;
  readonly key: Buffer;
}

/** Bytes of a nonce this library makes; the protocol takes 16 to 64. */
export const NONCE_BYTES = 32;

/**
 * base64url(HMAC-SHA256(key, prefix + clientNonce + ":" + serverNonce)). The nonces are used as sent,
 * so an answer holds for one connection; the prefixes differ, so neither side can echo the other's.
 */
export function proofOf(prover: Prover, key: Buffer, clientNonce: string, serverNonce: string): string {
  return createHmac('sha256', key)
    .update(`${PROOF_PREFIX[prover]}${clientNonce}:${serverNonce}`)
    .digest('base64url');
}

/** Whether two proofs are equal, in a time that doesn't depend on where they differ. */
export function sameProof(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
