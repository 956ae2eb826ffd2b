import { useVault } from '../../state/window-stores.ts';

/**
 * Why Castkey now refuses what gives something out or changes it (`whileLocked` in core's action.ts says which calls);
 * null while it doesn't. What would be refused is shut, and says this.
 */
export const useLockedWhy = (): string | null =>
  useVault(({ locked, protection }) => {
    if (locked) return 'Locked. Unlock Castkey first.';
    return protection.needsPassphrase ? 'Sealed. Enter your passphrase first.' : null;
  });
