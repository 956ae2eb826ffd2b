/** Locks by itself: when nobody has used the computer for a while, or the screen is locked. */
import type { SettingsView } from '../../../shared/views.ts';
import type { Deps } from '../ports.ts';

const MINUTE_MS = 60_000;
/** Systems tell how long they have been idle, and some that the screen is locked, only when asked. */
const LOOK_MS = 5_000;

/** What it looks at and does. */
export interface AutoLockServices {
  deps: Pick<Deps, 'clock' | 'timers' | 'idle'>;
  settings: () => SettingsView;
  isLocked: () => boolean;
  lock: (why: 'idle' | 'screen') => void;
}

/** Locks the vault by itself. */
export interface AutoLock {
  /** Settings or the lock may have changed: begins or ceases to look. */
  update(): void;
  /** The system says of itself that the screen was locked. */
  screenLocked(): void;
  stop(): void;
}

/** Asks nothing of the system while both settings are off, or Castkey is locked. */
export function createAutoLock({ deps, settings, isLocked, lock }: AutoLockServices): AutoLock {
  let cancel: (() => void) | null = null;
  let lookedAt = 0;
  /** Whether the screen was locked when last looked at: only that it becomes so locks Castkey. */
  let screen = false;

  /** Milliseconds; asleep counts as idle, though timers and some systems' counts stand still then. */
  function idleFor(now: number): number {
    return Math.max(deps.idle.seconds() * 1000, now - lookedAt - LOOK_MS);
  }

  function look(): void {
    const { lockAfterMinutes, lockWithScreen } = settings();
    const now = deps.clock.now();
    const before = screen;
    screen = lockWithScreen && deps.idle.screenLocked();
    if (screen && !before) lock('screen');
    else if (lockAfterMinutes !== null && idleFor(now) >= lockAfterMinutes * MINUTE_MS) lock('idle');
    lookedAt = now;
    cancel = wanted() ? deps.timers.after(LOOK_MS, look) : null;
  }

  const wanted = (): boolean =>
    !isLocked() && (settings().lockAfterMinutes !== null || settings().lockWithScreen);

  function halt(): void {
    cancel?.();
    cancel = null;
  }

  return {
    update() {
      if (!wanted()) return halt();
      if (cancel !== null) return;
      lookedAt = deps.clock.now();
      cancel = deps.timers.after(LOOK_MS, look);
    },
    screenLocked() {
      if (settings().lockWithScreen && !isLocked()) lock('screen');
    },
    stop: halt,
  };
}
