/**
 * The outside of a backup: a JSON object that says how the passphrase becomes a key, and everything
 * else as one sealed text. All that is not sealed is authenticated with it, so no byte can be changed.
 */
import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import type { Random } from '../ports.ts';

/** scrypt's N for new backups (OWASP's advice is 2^17 with r = 8 and p = 1: 128 MiB, under a second). */
export const DEFAULT_COST = 2 ** 17;

const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MIB = 1024 * 1024;
/** What scrypt may take for a file, which may be anybody's: twice as much as for a new backup. */
const MAX_MEMORY = 256 * MIB;
/** scrypt's memory, in bytes; its time grows with it. */
const memoryFor = ({ N, r, p }: { N: number; r: number; p: number }): number => 128 * N * r * p;

const text = z.base64url();
const kdf = z.strictObject({
  name: z.literal('scrypt'),
  N: z
    .int()
    .min(2)
    .refine((cost) => Number.isInteger(Math.log2(cost))),
  r: z.literal(8),
  p: z.literal(1),
});
/** Castkey 0.1 wrote version 1, which holds one application; it refuses version 2 as a newer Castkey's. */
const VERSION = 2;
const head = z.strictObject({
  castkeyBackup: z.union([z.literal(1), z.literal(VERSION)]),
  kdf,
  salt: text,
  cipher: z.literal('aes-256-gcm'),
  nonce: text,
});
const envelope = head.extend({ data: text });
type Head = z.infer<typeof head>;
/** What any file asks scrypt for, sensible or not. */
const asked = z.looseObject({ kdf: z.looseObject({ N: z.number(), r: z.number(), p: z.number() }) });

/**
 * What came of opening a backup. `newer`: of a later Castkey; `damaged`: cut off or written over; `too-costly`:
 * trying a passphrase would take more memory than any backup of Castkey's.
 */
export type OpenedBackup =
  | { kind: 'opened'; plain: string }
  | { kind: 'foreign' | 'newer' | 'damaged' | 'too-costly' | 'wrong-passphrase' };

/** The text of a backup file. */
export async function sealBackup(
  plain: string,
  passphrase: string,
  random: Random,
  cost: number = DEFAULT_COST,
): Promise<string> {
  const nonce = random.bytes(NONCE_BYTES);
  const outside: Head = {
    castkeyBackup: VERSION,
    kdf: { name: 'scrypt', N: cost, r: 8, p: 1 },
    salt: Buffer.from(random.bytes(SALT_BYTES)).toString('base64url'),
    cipher: 'aes-256-gcm',
    nonce: Buffer.from(nonce).toString('base64url'),
  };
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, outside), nonce);
  cipher.setAAD(Buffer.from(JSON.stringify(outside)));
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return JSON.stringify({ ...outside, data: sealed.toString('base64url') });
}

/** What a file holds, if it is a backup and this is its passphrase. */
export async function openBackup(file: string, passphrase: string): Promise<OpenedBackup> {
  const written = file.trim();
  const value = parseJson(written);
  if (value === undefined) return { kind: /"castkeyBackup"/.test(written) ? 'damaged' : 'foreign' };
  const version = z.looseObject({ castkeyBackup: z.number() }).safeParse(value);
  if (!version.success) return { kind: 'foreign' };
  if (version.data.castkeyBackup > VERSION) return { kind: 'newer' };
  const cost = asked.safeParse(value);
  if (cost.success && memoryFor(cost.data.kdf) > MAX_MEMORY) return { kind: 'too-costly' };
  const parsed = envelope.safeParse(value);
  // Written again it must be the same text: base64url and JSON have several spellings of one thing.
  if (!parsed.success || spellOut(parsed.data) !== written) return { kind: 'damaged' };
  const { data, ...outside } = parsed.data;
  const plain = unseal(await deriveKey(passphrase, outside), outside, Buffer.from(data, 'base64url'));
  return plain === null ? { kind: 'wrong-passphrase' } : { kind: 'opened', plain };
}

function spellOut({
  castkeyBackup,
  kdf: { name, N, r, p },
  salt,
  cipher,
  nonce,
  data,
}: Head & { data: string }) {
  const again = (coded: string): string => Buffer.from(coded, 'base64url').toString('base64url');
  return JSON.stringify({
    castkeyBackup,
    kdf: { name, N, r, p },
    salt: again(salt),
    cipher,
    nonce: again(nonce),
    data: again(data),
  });
}

function unseal(key: Uint8Array, outside: Head, sealed: Buffer): string | null {
  const nonce = Buffer.from(outside.nonce, 'base64url');
  if (nonce.length !== NONCE_BYTES || sealed.length < TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(JSON.stringify(outside)));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const opened = [decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()];
    return Buffer.concat(opened).toString('utf8');
  } catch {
    return null; // another key, or a changed byte: the cipher can't tell one from the other
  }
}

/** One passphrase typed on two keyboards can differ in how an accent is encoded, hence NFKC. */
function deriveKey(passphrase: string, { kdf: { N, r, p }, salt }: Head): Promise<Uint8Array> {
  const options = { N, r, p, maxmem: memoryFor({ N, r, p }) + MIB };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64url'), 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
