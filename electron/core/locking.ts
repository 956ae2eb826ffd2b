/** Locks by itself: when nobody has used the computer for a while, or the screen is locked. */
import type { SettingsView } from '../../shared/views.ts';
import type { Deps } from './ports.ts';

const MINUTE_MS = 60_000;
/** The system tells only how long it has been idle, so it is asked. */
const LOOK_MS = 15_000;

/** What the clockwork looks at and does. */
export interface LockWorld {
  deps: Pick<Deps, 'clock' | 'timers' | 'idle'>;
  settings: () => SettingsView;
  locked: () => boolean;
  lock: (why: 'idle' | 'screen') => void;
}

/** The clockwork behind "lock by itself". */
export interface Locking {
  /** Settings or the lock may have changed: begins or ceases to look at the computer's rest. */
  rethink(): void;
  /** The system says that the screen is locked. */
  screenLocked(): void;
  stop(): void;
}

/** Asks nothing of the system while the setting is off, or Castkey is locked. */
export function createLocking({ deps, settings, locked, lock }: LockWorld): Locking {
  let cancel: (() => void) | null = null;
  let lookedAt = 0;

  function look(): void {
    cancel = null;
    const minutes = settings().lockAfterMinutes;
    if (minutes === null || locked()) return;
    const most = minutes * MINUTE_MS;
    const now = deps.clock.now();
    // Timers stand still while the computer sleeps; so does, on some systems, the count of idle seconds.
    const slept = now - lookedAt - LOOK_MS;
    const idle = Math.max(deps.idle.seconds() * 1000, slept);
    if (idle >= most) return lock('idle');
    lookedAt = now;
    cancel = deps.timers.after(Math.min(LOOK_MS, Math.max(1_000, most - idle)), look);
  }

  return {
    rethink() {
      if (settings().lockAfterMinutes === null || locked()) {
        cancel?.();
        cancel = null;
      } else if (cancel === null) {
        lookedAt = deps.clock.now();
        cancel = deps.timers.after(LOOK_MS, look);
      }
    },
    screenLocked() {
      if (settings().lockWithScreen && !locked()) lock('screen');
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
