import type { Deps } from '../ports.ts';
import type { VaultState } from './vault-state.ts';

/** A streamer who has unlocked her keychain looks at the window: it must not take long. */
const LOCKED_MS = 2_000;
/** One that isn't there comes with its program, or never. */
const ABSENT_MS = 15_000;

interface Listeners {
  /** Something a window shows may look different. */
  changed(): void;
  /** The keychain can be used now, and couldn't before. */
  usable(): Promise<void>;
}

/**
 * Watches a keychain that can't be used now until it can: the function that comes back begins that, and does nothing
 * where there is none to wait for, or it is waited for already.
 */
export function createKeychainWatch(
  { box, timers }: Pick<Deps, 'box' | 'timers'>,
  state: Pick<VaultState, 'stopped'>,
  { changed, usable }: Listeners,
): () => void {
  let watching = false;
  const isAwaited = (): boolean => {
    const { kind, needsKeychain } = box.protection();
    return needsKeychain !== null || kind === 'none';
  };
  const look = async (): Promise<void> => {
    if (state.stopped) return;
    const before = box.protection();
    await box.lookAgain();
    const now = box.protection();
    if (now.kind !== before.kind || now.needsKeychain !== before.needsKeychain) changed();
    watching = false;
    if (isAwaited()) watch();
    else await usable();
  };
  const watch = (): void => {
    if (watching || state.stopped || !isAwaited()) return;
    watching = true;
    const locked = box.protection().needsKeychain === 'locked';
    timers.after(locked ? LOCKED_MS : ABSENT_MS, () => void look());
  };
  return watch;
}
