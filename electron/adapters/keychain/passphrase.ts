import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';

/**
 * What is kept of a passphrase: how to make its key again, and something only the right key opens.
 * The costs are OWASP's for scrypt; they are stored, so they can rise later.
 */
export const passphraseRecord = z.strictObject({
  version: z.literal(1),
  salt: z.base64url().min(22),
  cost: z
    .int()
    .min(2 ** 14)
    .max(2 ** 20),
  verifier: z.string(),
});
export type PassphraseRecord = z.infer<typeof passphraseRecord>;

const COST = 2 ** 17;
const BLOCK_SIZE = 8;
const VERIFIER_TEXT = 'castkey';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A new record for a passphrase, and its key of 32 bytes. Slow on purpose (scrypt). */
export async function setPassphrase(
  passphrase: string,
  cost: number = COST,
): Promise<{ record: PassphraseRecord; key: Uint8Array }> {
  const salt = randomBytes(16).toString('base64url');
  const key = await deriveKey(passphrase, salt, cost);
  return { record: { version: 1, salt, cost, verifier: sealWith(key, VERIFIER_TEXT) }, key };
}

/** The key of a record, or null when this isn't its passphrase. */
export async function checkPassphrase(
  passphrase: string,
  record: PassphraseRecord,
): Promise<Uint8Array | null> {
  const key = await deriveKey(passphrase, record.salt, record.cost);
  return openWith(key, record.verifier) === VERIFIER_TEXT ? key : null;
}

/** AES-256-GCM with a fresh IV: base64url of IV, tag, ciphertext. */
export function sealWith(key: Uint8Array, plain: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

/** What was sealed, or null when the key is another or the data was changed. */
export function openWith(key: Uint8Array, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
      'utf8',
    );
  } catch {
    return null;
  }
}

/** One passphrase typed on two keyboards can differ in how an accent is encoded, hence NFKC. */
function deriveKey(passphrase: string, salt: string, cost: number): Promise<Uint8Array> {
  const options = { N: cost, r: BLOCK_SIZE, p: 1, maxmem: 256 * cost * BLOCK_SIZE };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64url'), 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
