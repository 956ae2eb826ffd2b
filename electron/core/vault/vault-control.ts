import type { LockReason, SettingsView } from '../../../shared/views.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Services } from '../services.ts';
import type { VaultLoader } from './vault-loader.ts';
import type { VaultState } from './vault-state.ts';

/** State of the vault as a whole that actions change. */
export interface VaultControl {
  app(): TwitchApplication | null;
  /** Takes another application into use, with the accounts that belong to it. */
  takeApp(app: TwitchApplication): Promise<void>;
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

/** VaultControl over the given state; `rethink` is called when settings or the lock have changed. */
export function createVaultControl(
  parts: Services,
  state: VaultState,
  opening: VaultLoader,
  changed: () => void,
  rethink: () => void,
): VaultControl {
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
