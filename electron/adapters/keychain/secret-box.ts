import { z } from 'zod';
import type { ProtectionView } from '../../../shared/views.ts';
import type { DocumentStore, Log, Opened, SecretBox } from '../../core/ports.ts';
import { checkPassphrase, openWith, passphraseRecord, sealWith, setPassphrase } from './passphrase.ts';
import type { Keychain, Strength } from './safe-storage.ts';

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
/** How long a start waits for a keychain, which may be standing behind a prompt of the system's. */
const LOOK_MS = 2_000;

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
  const looker = createLooker(keychain);
  await looker.look();
  let key: Uint8Array | null = null;
  let damaged = false;
  const was = record.backend !== null && record.backend !== backend ? record.backend : null;
  if (was !== null) log.warn('the system offers another keychain than before', { was, now: backend });

  const remember = async (part: Partial<ProtectionRecord>): Promise<void> => {
    await documents.write(DOCUMENT, { version: 1, ...record, ...part });
    record = { ...record, ...part };
  };
  /** A keychain that could not be used when Castkey started may be open by now. */
  const lookAgain = async (): Promise<void> => {
    if (looker.found() !== 'os' && looker.found() !== 'weak') await looker.look();
  };
  return {
    protection: () => ({
      ...stateOf(record, looker.found(), backend),
      backend: was === null ? backend : `${backend} (was ${was})`,
      needsPassphrase: record.passphrase !== null && key === null,
      damaged,
      problem: was === null || record.passphrase !== null ? null : anotherKeychain(was, backend),
    }),
    lookAgain,
    unlockKeychain: async () => {
      await keychain.unlock();
      await lookAgain();
    },
    seal: async (plain) => {
      if (record.passphrase !== null && key !== null) return `castkey1:passphrase:${sealWith(key, plain)}`;
      if (record.passphrase !== null || looker.found() !== 'os')
        throw new Error('there is nothing to seal with');
      if (record.backend !== backend) await remember({ backend });
      return `castkey1:os:${backend}:${Buffer.from(await keychain.encrypt(plain)).toString('base64url')}`;
    },
    open: async (sealed) => {
      const [, sealedBy, data] = SEALED.exec(sealed) ?? [];
      if (data === undefined) return { kind: 'wrong-key' };
      // A passphrase sealed it, and how its key is made is known no more.
      if (sealedBy === undefined && record.passphrase === null) damaged = true;
      if (sealedBy === undefined) return openByPassphrase(key, data);
      const opened = await openByKeychain(keychain, looker.found(), sealedBy, data);
      return opened.kind === 'opened' && record.passphrase !== null ? { ...opened, stale: true } : opened;
    },
    givePassphrase: async (given) => {
      const made = record.passphrase === null ? await setPassphrase(given, options.cost) : null;
      if (made !== null) await remember({ passphrase: made.record });
      damaged = false;
      const found = made?.key ?? (record.passphrase && (await checkPassphrase(given, record.passphrase)));
      key = found ?? key;
      return found === null ? 'wrong' : 'ready';
    },
  };
}

/** What the windows go by. A keychain that holds logins and is shut, or isn't there now, still is where they are. */
function stateOf(
  { passphrase, backend: sealedBy }: ProtectionRecord,
  strength: Strength,
  backend: string,
): Pick<ProtectionView, 'kind' | 'needsKeychain'> {
  if (passphrase !== null) return { kind: 'passphrase', needsKeychain: null };
  if (strength === 'locked') return { kind: 'os', needsKeychain: 'locked' };
  if (strength === 'none' && sealedBy === backend) return { kind: 'os', needsKeychain: 'absent' };
  return { kind: strength, needsKeychain: null };
}

/** One look at a time, and none that keeps Castkey waiting: what a prompt holds up is known once it was answered. */
function createLooker({ strength }: Pick<Keychain, 'strength'>) {
  let found: Strength = 'locked';
  let looking: Promise<unknown> | null = null;
  return {
    found: () => found,
    async look(): Promise<void> {
      looking ??= strength()
        .catch((): Strength => 'none') // a keychain that fails is none, until the next look
        .then((now) => {
          [found, looking] = [now, null];
        });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, LOOK_MS);
      });
      await Promise.race([looking, late]);
      clearTimeout(timer);
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

/** The backend that has sealed a profile, as Electron names it; null for none yet. */
export async function sealingBackend(options: Pick<Options, 'documents' | 'log'>): Promise<string | null> {
  return (await readRecord(options)).backend;
}

async function readRecord({ documents, log }: Pick<Options, 'documents' | 'log'>): Promise<ProtectionRecord> {
  const stored = await documents.read(DOCUMENT, (value) => recordShape.safeParse(value).success);
  if (stored.kind === 'unreadable')
    log.error('how secrets were sealed could not be read', { why: stored.reason });
  const parsed = recordShape.safeParse(stored.kind === 'read' ? stored.value : null);
  return parsed.success ? parsed.data : { backend: null, passphrase: null };
}
