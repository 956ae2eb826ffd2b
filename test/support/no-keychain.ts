import type { Keychain } from '../../electron/adapters/keychain/safe-storage.ts';

/** A system without a keychain, as Electron shows it: a key that anybody can know. */
export const NO_KEYCHAIN: Keychain = {
  strength: async () => 'weak',
  backend: () => 'basic_text',
  encrypt: () => Promise.reject(new Error('there is no keychain')),
  decrypt: async () => null,
  unlock: async () => {},
};
