import { safeStorage } from 'electron';

/**
 * `os` is worth trusting, `weak` is a fixed key anybody can know, `none` can't be used now, and `locked` neither, until
 * the streamer opens it or lets Castkey in.
 */
export type Strength = 'os' | 'weak' | 'none' | 'locked';

/** The system's keychain as the secret box needs it. */
export interface Keychain {
  strength(): Promise<Strength>;
  backend(): string;
  encrypt(plain: string): Promise<Uint8Array>;
  /** `null` when the keychain can't be asked now; throws when it can and the data doesn't fit it. */
  decrypt(sealed: Uint8Array): Promise<{ plain: string; stale: boolean } | null>;
  /** Has the system ask for it, and waits for the answer; what came of it, `strength` tells. */
  unlock(): Promise<void>;
}

/** What can be asked of a keychain before Electron is: its own calls stand still behind the system's prompt. */
interface Door {
  state(): Promise<'open' | 'locked' | 'absent'>;
  unlock(): Promise<void>;
}

interface Options {
  /** The keychain behind a backend of Electron's on Linux; null for one that can't be asked. */
  doorOf(backend: string): Door | null;
  /** Starts Castkey again: what Chromium was refused once, it never asks for again. */
  restart(why: string): void;
}

/** Only from Electron 42 on; each kind of call reads what the other has written. */
interface AsyncCalls {
  isAsyncEncryptionAvailable(): Promise<boolean>;
  encryptStringAsync(plain: string): Promise<Uint8Array>;
  decryptStringAsync(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }>;
}

function asyncCalls(): AsyncCalls | null {
  const calls = safeStorage as object as Partial<AsyncCalls>;
  return calls.encryptStringAsync === undefined ? null : (calls as AsyncCalls);
}

/**
 * Electron's safeStorage: Keychain on macOS, DPAPI on Windows, libsecret or KWallet on Linux. On Linux nothing of it
 * is touched before the keychain is open.
 */
export function createKeychain({ doorOf, restart }: Options): Keychain {
  const door = process.platform === 'linux' ? doorOf(backend()) : null;
  let opened = door === null;
  const isOpen = async (): Promise<'open' | 'locked' | 'absent'> => {
    // Chromium keeps the key it got once: a keychain that is locked again later does no harm.
    const state = opened ? 'open' : ((await door?.state()) ?? 'open');
    opened = state === 'open';
    return state;
  };
  return {
    async strength() {
      // Ask for the backend first: the asynchronous calls report a fixed-key Linux backend as available.
      if (backend() === 'basic_text' || backend() === 'unknown') return 'weak';
      const state = await isOpen();
      if (state !== 'open') return state === 'locked' ? 'locked' : 'none';
      if (await isAvailable()) return 'os';
      // A Mac always has one: it wasn't let in.
      return process.platform === 'darwin' ? 'locked' : 'none';
    },
    backend,
    encrypt,
    decrypt,
    unlock: async () => (opened ? restart('the keychain is to be asked once more') : door?.unlock()),
  };
}

function backend(): string {
  if (process.platform === 'linux') return safeStorage.getSelectedStorageBackend();
  return process.platform === 'darwin' ? 'keychain' : 'dpapi';
}

async function isAvailable(): Promise<boolean> {
  const calls = asyncCalls();
  return calls === null ? safeStorage.isEncryptionAvailable() : calls.isAsyncEncryptionAvailable();
}

async function encrypt(plain: string): Promise<Uint8Array> {
  const calls = asyncCalls();
  return calls === null ? safeStorage.encryptString(plain) : calls.encryptStringAsync(plain);
}

async function decrypt(sealed: Uint8Array): Promise<{ plain: string; stale: boolean } | null> {
  if (!(await isAvailable())) return null;
  const calls = asyncCalls();
  try {
    if (calls === null) return { plain: safeStorage.decryptString(Buffer.from(sealed)), stale: false };
    const { result, shouldReEncrypt } = await calls.decryptStringAsync(Buffer.from(sealed));
    return { plain: result, stale: shouldReEncrypt };
  } catch (error) {
    // Electron tells "wrong key" from "keychain locked just now" in its message only.
    if (error instanceof Error && /not available|unavailable/i.test(error.message)) return null;
    throw error;
  }
}
