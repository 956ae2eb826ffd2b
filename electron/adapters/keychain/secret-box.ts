import { z } from 'zod';
import type { DocumentStore, Log, Opened, SecretBox } from '../../core/ports.ts';
import { checkPassphrase, openWith, passphraseRecord, sealWith, setPassphrase } from './passphrase.ts';
import type { Keychain } from './safe-storage.ts';

interface Options {
  keychain: Keychain;
  documents: Pick<DocumentStore, 'read' | 'write'>;
  log: Log;
  /** scrypt's cost for a new passphrase; tests make it small. */
  cost?: number;
}

/** The document that remembers how secrets are sealed. It holds no secret. */
const DOCUMENT = 'protection';
const recordShape = z.object({ backend: z.string().nullable(), passphrase: passphraseRecord.nullable() });
type ProtectionRecord = z.infer<typeof recordShape>;
type Strength = 'os' | 'weak' | 'none';

/** Sealed data says by what: `castkey1:os:<backend>:<base64url>` or `castkey1:passphrase:<base64url>`. */
const SEALED = /^castkey1:(?:os:([a-z0-9_]{1,32})|passphrase):([A-Za-z0-9_-]+)$/;

/**
 * Seals with a passphrase once one is set, else with the system's keychain. Which keychain it was is
 * remembered: when another one answers at a later start, that is told, and nothing is thrown away.
 */
export async function createSecretBox(options: Options): Promise<SecretBox> {
  const { keychain, documents, log } = options;
  const backend = keychain.backend();
  let record = await readRecord(options);
  let strength = await keychain.strength();
  let key: Uint8Array | null = null;
  const was = record.backend !== null && record.backend !== backend ? record.backend : null;
  if (was !== null) log.warn('the system offers another keychain than before', { was, now: backend });

  const remember = async (part: Partial<ProtectionRecord>): Promise<void> => {
    await documents.write(DOCUMENT, { version: 1, ...record, ...part });
    record = { ...record, ...part };
  };
  /** A keychain that was locked when Castkey started may be open by now. */
  const lookAgain = async (): Promise<Strength> => {
    if (strength === 'none') strength = await keychain.strength();
    return strength;
  };
  return {
    protection: () => ({
      kind: record.passphrase === null ? strength : 'passphrase',
      backend: was === null ? backend : `${backend} (was ${was})`,
      needsPassphrase: record.passphrase !== null && key === null,
      problem: was === null || record.passphrase !== null ? null : anotherKeychain(was, backend),
    }),
    seal: async (plain) => {
      if (record.passphrase !== null && key !== null) return `castkey1:passphrase:${sealWith(key, plain)}`;
      if (record.passphrase !== null || (await lookAgain()) !== 'os')
        throw new Error('there is nothing to seal with');
      if (record.backend !== backend) await remember({ backend });
      return `castkey1:os:${backend}:${Buffer.from(await keychain.encrypt(plain)).toString('base64url')}`;
    },
    open: async (sealed) => {
      const [, sealedBy, data] = SEALED.exec(sealed) ?? [];
      if (data === undefined) return { kind: 'wrong-key' };
      if (sealedBy === undefined) return openByPassphrase(key, data);
      const opened = await openByKeychain(keychain, await lookAgain(), sealedBy, data);
      return opened.kind === 'opened' && record.passphrase !== null ? { ...opened, stale: true } : opened;
    },
    givePassphrase: async (given) => {
      const made = record.passphrase === null ? await setPassphrase(given, options.cost) : null;
      if (made !== null) await remember({ passphrase: made.record });
      const found = made?.key ?? (record.passphrase && (await checkPassphrase(given, record.passphrase)));
      key = found ?? key;
      return found === null ? 'wrong' : 'ready';
    },
  };
}

const anotherKeychain = (was: string, now: string): string =>
  `Your logins were sealed by ${was}, and the system now offers ${now}. If logins are missing, start Castkey the way you did before, or sign them in again; nothing was deleted.`;

function openByPassphrase(key: Uint8Array | null, data: string): Opened {
  if (key === null) return { kind: 'unavailable' };
  const plain = openWith(key, data);
  return plain === null ? { kind: 'wrong-key' } : { kind: 'opened', plain, stale: false };
}

/** Another keychain than the sealing one can't open it; the right one may be back tomorrow. */
async function openByKeychain(
  keychain: Keychain,
  strength: Strength,
  sealedBy: string,
  data: string,
): Promise<Opened> {
  const moved = sealedBy !== keychain.backend();
  if (strength !== 'os') return { kind: 'unavailable' };
  try {
    const opened = await keychain.decrypt(Buffer.from(data, 'base64url'));
    if (opened === null) return { kind: 'unavailable' };
    return { kind: 'opened', plain: opened.plain, stale: opened.stale || moved };
  } catch {
    return { kind: moved ? 'unavailable' : 'wrong-key' };
  }
}

async function readRecord({ documents, log }: Options): Promise<ProtectionRecord> {
  const stored = await documents.read(DOCUMENT);
  if (stored.kind === 'unreadable')
    log.error('how secrets were sealed could not be read', { why: stored.reason });
  const parsed = recordShape.safeParse(stored.kind === 'read' ? stored.value : null);
  return parsed.success ? parsed.data : { backend: null, passphrase: null };
}
