import type { LockReason, ProtectionView, SettingsView } from '../../../shared/views.ts';
import type { SecretBox } from '../ports.ts';
import { type Failed, locked } from '../result.ts';
import { DEFAULT_SETTINGS } from '../settings/settings.ts';

/** What belongs to the vault as a whole rather than to one of its parts. */
export interface VaultState {
  settings: SettingsView;
  /** Why it is locked; null while it isn't. */
  lockReason: LockReason | null;
  /** Why bots can't be served; null when they can. */
  socketProblem: string | null;
  stopped: boolean;
}

/** A vault's state before anything has been read. */
export function freshState(): VaultState {
  const nothing = { lockReason: null, socketProblem: null };
  return { ...nothing, settings: DEFAULT_SETTINGS, stopped: false };
}

/** Locked by the streamer or by itself; a store that can't be opened yet is another matter (`whySealed`). */
export function isLocked({ lockReason }: Pick<VaultState, 'lockReason'>): boolean {
  return lockReason !== null;
}

/** What is waited for, in the words bots and windows are told. */
const AWAITED = {
  passphrase: 'Castkey waits for the passphrase of the logins. Type it in Castkey’s window.',
  locked: 'The keychain of this computer is locked. Castkey goes on by itself once it is open.',
  absent: 'The keychain that holds the logins can’t be reached. Start it; Castkey then goes on by itself.',
} as const;

/** Why what is stored can't be opened yet, which ends as soon as the streamer does her part; null when it can. */
export function whySealed({
  needsPassphrase,
  needsKeychain,
}: Pick<ProtectionView, 'needsPassphrase' | 'needsKeychain'>): Failed<'locked'> | null {
  const awaited = needsPassphrase ? 'passphrase' : needsKeychain;
  return awaited && { ok: false, error: { code: 'locked', message: AWAITED[awaited] } };
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
