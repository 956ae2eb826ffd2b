import type { LockReason, ProtectionView, SettingsView } from '../../../shared/views.ts';
import type { SealedApplication, TwitchApplication } from '../applications/application.ts';
import type { SecretBox } from '../ports.ts';
import { type Failed, keychainAbsent, keychainLocked, locked, passphraseAwaited } from '../result.ts';
import { DEFAULT_SETTINGS } from '../settings/settings.ts';

/** What belongs to the vault as a whole rather than to one of its parts. */
export interface VaultState {
  app: TwitchApplication | null;
  /** The application that is set up, while its secret can't be opened; null otherwise. */
  sealedApp: SealedApplication | null;
  settings: SettingsView;
  /** Why it is locked; null while it isn't. */
  lockReason: LockReason | null;
  /** Why bots can't be served; null when they can. */
  socketProblem: string | null;
  stopped: boolean;
}

/** A vault's state before anything has been read. */
export function freshState(): VaultState {
  const nothing = { app: null, sealedApp: null, lockReason: null, socketProblem: null };
  return { ...nothing, settings: DEFAULT_SETTINGS, stopped: false };
}

/** Locked by the streamer or by itself; a store that can't be opened yet is another matter (`whySealed`). */
export function isLocked({ lockReason }: Pick<VaultState, 'lockReason'>): boolean {
  return lockReason !== null;
}

/** Why what is stored can't be opened yet, which ends as soon as the streamer does her part; null when it can. */
export function whySealed({
  needsPassphrase,
  needsKeychain,
}: Pick<ProtectionView, 'needsPassphrase' | 'needsKeychain'>): Failed<'locked'> | null {
  if (needsPassphrase) return passphraseAwaited();
  if (needsKeychain === null) return null;
  return needsKeychain === 'locked' ? keychainLocked() : keychainAbsent();
}

/** Why nothing may leave the vault now, or come into it; null when it may. */
export function whyShut(
  state: Pick<VaultState, 'lockReason'>,
  box: Pick<SecretBox, 'protection'>,
): Failed<'locked'> | null {
  return isLocked(state) ? locked() : whySealed(box.protection());
}

/** True while nothing is refreshed since Castkey is locked. */
export function isRefreshHeld(state: Pick<VaultState, 'lockReason' | 'settings'>): boolean {
  return isLocked(state) && !state.settings.refreshWhileLocked;
}
