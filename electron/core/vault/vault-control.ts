import type { LockReason, SettingsView } from '../../../shared/views.ts';
import type { TwitchApp } from '../applications/application.ts';
import type { Parts } from '../services.ts';
import type { Opening } from './vault-loader.ts';
import type { VaultState } from './vault-state.ts';

/** State of the vault as a whole that actions change. */
export interface Switches {
  app(): TwitchApp | null;
  /** Takes another application into use, with the accounts that belong to it. */
  takeApp(app: TwitchApp): Promise<void>;
  locked(): boolean;
  lock(why: LockReason): void;
  unlock(): void;
  settings(): SettingsView;
  setSettings(settings: SettingsView): Promise<void>;
  /** Opens what is stored and could not be opened before, say because the passphrase was missing. */
  unsealed(): Promise<void>;
  /** True once the vault was left for another one, or Castkey quits: nothing may be begun any more. */
  stopped(): boolean;
}

const WHY: Record<LockReason, string> = {
  streamer: 'you locked it',
  idle: 'nobody had used the computer for a while',
  screen: 'the screen was locked',
};

/** Switches over the given state; `rethink` is called when settings or the lock have changed. */
export function createSwitches(
  parts: Parts,
  state: VaultState,
  opening: Opening,
  changed: () => void,
  rethink: () => void,
): Switches {
  const { deps, activity, approvals, events, signIns } = parts;
  return {
    app: () => state.app,
    takeApp: opening.takeApp,
    locked: () => state.locked !== null,
    lock(why) {
      if (state.locked !== null || state.stopped) return;
      state.locked = why;
      signIns.stop('locked');
      approvals.stop('locked');
      events.emit({ type: 'vault.locked' });
      activity.add('vault.locked', `Castkey was locked: ${WHY[why]}`);
      rethink();
    },
    unlock() {
      if (state.locked === null) return;
      state.locked = null;
      events.emit({ type: 'vault.unlocked' });
      activity.add('vault.unlocked', 'Castkey was unlocked');
      rethink();
    },
    settings: () => state.settings,
    async setSettings(settings) {
      await deps.documents.write('settings', settings);
      state.settings = settings;
      deps.desktop.applySettings(settings);
      rethink();
      changed();
    },
    unsealed: opening.open,
    stopped: () => state.stopped,
  };
}
