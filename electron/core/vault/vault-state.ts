import type { LockReason, SettingsView } from '../../../shared/views.ts';
import type { TwitchApplication } from '../applications/application.ts';
import { DEFAULT_SETTINGS } from '../settings/settings.ts';

/** What belongs to the vault as a whole rather than to one of its parts. */
export interface VaultState {
  app: TwitchApplication | null;
  settings: SettingsView;
  /** Why it is locked; null while it isn't. */
  locked: LockReason | null;
  /** Why bots can't be served; null when they can. */
  socketProblem: string | null;
  stopped: boolean;
}

/** A vault's state before anything has been read. */
export function freshState(): VaultState {
  return { app: null, settings: DEFAULT_SETTINGS, locked: null, socketProblem: null, stopped: false };
}
