import type { LockReason, SettingsView } from '../../../shared/views.ts';
import type { TwitchApplication } from '../applications/application.ts';
import { DEFAULT_SETTINGS } from '../settings/settings.ts';

/** What belongs to the vault as a whole rather than to one of its parts. */
export interface VaultState {
  app: TwitchApplication | null;
  settings: SettingsView;
  /** Why it is locked; null while it isn't. */
  lockReason: LockReason | null;
  /** Why bots can't be served; null when they can. */
  socketProblem: string | null;
  stopped: boolean;
}

/** A vault's state before anything has been read. */
export function freshState(): VaultState {
  return { app: null, settings: DEFAULT_SETTINGS, lockReason: null, socketProblem: null, stopped: false };
}

/** Locked by the streamer or by itself; a store that needs a passphrase is another matter. */
export function isLocked({ lockReason }: Pick<VaultState, 'lockReason'>): boolean {
  return lockReason !== null;
}

/** True while nothing is refreshed since Castkey is locked. */
export function isRefreshHeld(state: Pick<VaultState, 'lockReason' | 'settings'>): boolean {
  return isLocked(state) && !state.settings.refreshWhileLocked;
}
