import type { Opened, SecretBox } from '../../electron/core/ports.ts';
import type { ProtectionView } from '../../shared/views.ts';

/** How the box behaves from now on. */
export type BoxMode = 'os' | 'weak' | 'none' | 'wrong-key' | 'unavailable' | 'passphrase-missing';

export interface FakeSecretBox extends SecretBox {
  mode: BoxMode;
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
  const box: FakeSecretBox = {
    mode: 'os',
    sealed: [],
    replaced: false,
    protection(): ProtectionView {
      const { mode } = box;
      const [backend, problem] = ['fake', null];
      if (mode === 'passphrase-missing')
        return { kind: 'passphrase', backend, needsPassphrase: true, problem };
      if (mode === 'weak' || mode === 'none') {
        return { kind: passphrase === null ? mode : 'passphrase', backend, needsPassphrase: false, problem };
      }
      return { kind: 'os', backend, needsPassphrase: false, problem };
    },
    async seal(plain) {
      const { kind, needsPassphrase } = box.protection();
      if (kind === 'none' || kind === 'weak') throw new Error('sealed although nothing protects it');
      if (needsPassphrase || box.mode === 'unavailable') throw new Error('there is nothing to seal with');
      const text = `fake:${flip(Buffer.from(plain)).toString('base64url')}`;
      box.sealed.push(text);
      return text;
    },
    async open(sealed): Promise<Opened> {
      if (box.mode === 'unavailable' || box.mode === 'passphrase-missing') return { kind: 'unavailable' };
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
