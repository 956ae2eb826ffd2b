import type { Opened, SecretBox } from '../../electron/core/ports.ts';
import type { ProtectionView } from '../../shared/views.ts';

/** How the box behaves from now on. */
export type BoxMode =
  | 'os'
  | 'weak'
  | 'none'
  | 'wrong-key'
  | 'unavailable'
  | 'passphrase-missing'
  | 'keychain-locked'
  | 'damaged';

export interface FakeSecretBox extends SecretBox {
  mode: BoxMode;
  /** What it turns out to be when it is looked at again; as it is while null. */
  later: BoxMode | null;
  /** True when what was sealed so far was sealed by a key that has been replaced. */
  replaced: boolean;
  /** Every text that was sealed, as it looks sealed. */
  sealed: string[];
}

const MASK = 0x5a;
const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ MASK));

/** Not safe, but sealed text doesn't contain the plain one, so that leaks can be searched for. */
export function createFakeSecretBox(): FakeSecretBox {
  let passphrase: string | null = null;
  const look = async (): Promise<void> => {
    box.mode = box.later ?? box.mode;
  };
  const box: FakeSecretBox = {
    mode: 'os',
    later: null,
    sealed: [],
    replaced: false,
    protection(): ProtectionView {
      const { mode } = box;
      const shown = {
        backend: 'fake',
        needsPassphrase: false,
        needsKeychain: null,
        damaged: false,
        problem: null,
      };
      if (mode === 'passphrase-missing') return { ...shown, kind: 'passphrase', needsPassphrase: true };
      if (mode === 'keychain-locked') return { ...shown, kind: 'os', needsKeychain: 'locked' };
      if (mode === 'damaged')
        return { ...shown, kind: passphrase === null ? 'weak' : 'passphrase', damaged: passphrase === null };
      if (mode !== 'weak' && mode !== 'none') return { ...shown, kind: 'os' };
      return { ...shown, kind: passphrase === null ? mode : 'passphrase' };
    },
    lookAgain: look,
    unlockKeychain: look,
    async seal(plain) {
      const { kind, needsPassphrase, needsKeychain } = box.protection();
      if (kind === 'none' || kind === 'weak') throw new Error('sealed although nothing protects it');
      if (needsPassphrase || needsKeychain !== null || box.mode === 'unavailable')
        throw new Error('there is nothing to seal with');
      const text = `fake:${flip(Buffer.from(plain)).toString('base64url')}`;
      box.sealed.push(text);
      return text;
    },
    async open(sealed): Promise<Opened> {
      if (['unavailable', 'passphrase-missing', 'keychain-locked', 'damaged'].includes(box.mode))
        return { kind: 'unavailable' };
      if (box.protection().kind === 'none' || box.protection().kind === 'weak')
        return { kind: 'unavailable' };
      if (box.mode === 'wrong-key' || !sealed.startsWith('fake:')) return { kind: 'wrong-key' };
      const plain = flip(Buffer.from(sealed.slice(5), 'base64url')).toString();
      return { kind: 'opened', plain, stale: box.replaced };
    },
    async givePassphrase(given) {
      if (box.mode === 'passphrase-missing') {
        if (given !== 'correct horse') return 'wrong';
        box.mode = 'os';
        return 'ready';
      }
      if (passphrase !== null && passphrase !== given) return 'wrong';
      passphrase = given;
      return 'ready';
    },
  };
  return box;
}
