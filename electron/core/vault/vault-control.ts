import type { LockReason, SettingsView } from '../../../shared/views.ts';
import type { Door } from '../action.ts';
import { type Failed, locked, vaultLeft } from '../result.ts';
import type { Services } from '../services.ts';
import type { VaultLoader } from './vault-loader.ts';
import { isLocked, type VaultState, whyShut } from './vault-state.ts';

type ControlServices = Pick<Services, 'activity' | 'approvals' | 'deps' | 'events' | 'signIns'>;

/** The vault as a whole, for the actions that change it. */
export interface VaultControl {
  /** Takes in the logins of applications that are new here: the disk may have kept some. */
  loadAccounts(): Promise<void>;
  isLocked(): boolean;
  /** Why she may change nothing now: locked, or what is stored can't be opened yet; null when she may. */
  whyShut(): Failed<'locked'> | null;
  /** `door` is where the streamer did it. */
  lock(why: LockReason, door?: Door): void;
  unlock(): void;
  settings(): SettingsView;
  /** Rejects when the disk refuses; nothing is changed then. */
  setSettings(settings: SettingsView): Promise<void>;
  /** Opens what is stored and could not be opened before: the passphrase was missing, or the keychain locked. */
  openSealed(): Promise<void>;
  /** True once the vault was left for another one, or Castkey quits: nothing may be begun any more. */
  isStopped(): boolean;
}

/** Why nothing may come of what was begun before a wait; null while it may. */
export function interruption(
  control: Pick<VaultControl, 'isLocked' | 'isStopped'>,
): Failed<'refused' | 'locked'> | null {
  if (control.isStopped()) return vaultLeft();
  return control.isLocked() ? locked() : null;
}

const WHY: Record<LockReason, string> = {
  streamer: 'you locked it',
  idle: 'nobody had used the computer for a while',
  screen: 'the screen was locked',
};

const FROM_TRAY = 'Castkey was locked from the tray’s menu';

/** What to tell when the vault has changed. */
export interface VaultListeners {
  /** Something a window shows may look different. */
  changed(): void;
  /** Settings or the lock have changed. */
  lockChanged(): void;
}

/** Changes the given state. */
export function createVaultControl(
  { deps, activity, approvals, events, signIns }: ControlServices,
  state: VaultState,
  loader: VaultLoader,
  { changed, lockChanged }: VaultListeners,
): VaultControl {
  return {
    loadAccounts: loader.loadAccounts,
    isLocked: () => isLocked(state),
    whyShut: () => whyShut(state, deps.box),
    lock(why, door = 'window') {
      if (isLocked(state) || state.stopped) return;
      state.lockReason = why;
      signIns.stop('locked');
      approvals.stop('locked');
      events.emit({ type: 'vault.locked' });
      activity.add('vault.locked', door === 'tray' ? FROM_TRAY : `Castkey was locked: ${WHY[why]}`);
      lockChanged();
    },
    unlock() {
      if (!isLocked(state)) return;
      state.lockReason = null;
      events.emit({ type: 'vault.unlocked' });
      activity.add('vault.unlocked', 'Castkey was unlocked in its window');
      lockChanged();
    },
    settings: () => state.settings,
    async setSettings(settings) {
      await deps.documents.write('settings', settings);
      state.settings = settings;
      deps.desktop.applySettings(settings);
      lockChanged();
      changed();
    },
    openSealed: loader.open,
    isStopped: () => state.stopped,
  };
}
