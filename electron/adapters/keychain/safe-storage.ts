import { safeStorage } from 'electron';

/** The system's keychain as the secret box needs it. */
export interface Keychain {
  /** `os` is worth trusting, `weak` is a fixed key anybody can know, `none` can't be used now. */
  strength(): Promise<'os' | 'weak' | 'none'>;
  backend(): string;
  encrypt(plain: string): Promise<Uint8Array>;
  /** `null` when the keychain can't be asked now; throws when it can and the data doesn't fit it. */
  decrypt(sealed: Uint8Array): Promise<{ plain: string; stale: boolean } | null>;
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

/** Electron's safeStorage: Keychain on macOS, DPAPI on Windows, libsecret or KWallet on Linux. */
export function createKeychain(): Keychain {
  return { strength, backend, encrypt, decrypt };
}

function backend(): string {
  if (process.platform === 'linux') return safeStorage.getSelectedStorageBackend();
  return process.platform === 'darwin' ? 'keychain' : 'dpapi';
}

async function strength(): Promise<'os' | 'weak' | 'none'> {
  // Ask for the backend first: the asynchronous calls report a fixed-key Linux backend as available.
  if (backend() === 'basic_text' || backend() === 'unknown') return 'weak';
  return (await isAvailable()) ? 'os' : 'none';
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
