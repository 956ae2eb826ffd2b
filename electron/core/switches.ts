import type { SettingsView } from '../../shared/views.ts';
import type { Opening } from './opening.ts';
import type { Parts } from './parts.ts';
import type { TwitchApp } from './twitch/app.ts';
import type { VaultState } from './vault-state.ts';

/** State of the vault as a whole that actions change. */
export interface Switches {
  app(): TwitchApp | null;
  /** Takes another application into use, with the accounts that belong to it. */
  takeApp(app: TwitchApp): Promise<void>;
  locked(): boolean;
  setLocked(locked: boolean): void;
  settings(): SettingsView;
  setSettings(settings: SettingsView): Promise<void>;
  /** Opens what is stored and could not be opened before, say because the passphrase was missing. */
  unsealed(): Promise<void>;
  /** True once the vault was left for another one, or Castkey quits: nothing may be begun any more. */
  stopped(): boolean;
}

/** Switches over the given state. */
export function createSwitches(
  parts: Parts,
  state: VaultState,
  opening: Opening,
  changed: () => void,
): Switches {
  const { deps, activity, approvals, events, signIns } = parts;
  return {
    app: () => state.app,
    takeApp: opening.takeApp,
    locked: () => state.locked,
    setLocked(locked) {
      if (state.locked === locked) return;
      state.locked = locked;
      if (locked) {
        signIns.stop('locked');
        approvals.stop('locked');
      }
      events.emit({ type: locked ? 'vault.locked' : 'vault.unlocked' });
      const text = locked ? 'Castkey was locked' : 'Castkey was unlocked';
      activity.add(locked ? 'vault.locked' : 'vault.unlocked', text);
    },
    settings: () => state.settings,
    async setSettings(settings) {
      await deps.documents.write('settings', settings);
      state.settings = settings;
      deps.desktop.applySettings(settings);
      changed();
    },
    unsealed: opening.open,
    stopped: () => state.stopped,
  };
}
