import { app } from 'electron';
import { createNotifier } from '../adapters/desktop.ts';
import { onSessionEnd } from '../adapters/session-end.ts';
import type { Log } from '../core/ports.ts';

/** Longer than this nobody waits: a vault has stopped by then, however slow Twitch is (`Vault.stop`). */
const MAX_STOP_MS = 30_000;
/** Waiting for Twitch that takes longer than this is told of in the log. */
const SOON_MS = 500;
const AGAIN = 'it was started while it quit';
const QUIT_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGPWR'] as const;
/** Timers, limits and the like of other programs: each would end this one on the spot if nobody listened. */
const IDLE_SIGNALS = [
  'SIGUSR2',
  'SIGALRM',
  'SIGVTALRM',
  'SIGPROF',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGIO',
  'SIGPOLL', // its other name, by which when-exit listens, too
  'SIGSTKFLT',
] as const;
const WAITING = 'It waits for an answer of Twitch’s, which holds a new login, and then ends by itself.';
const ENDING = 'It ends by itself in a moment.';

/** The end of the program: by the tray, a signal, or the system shutting down. SIGKILL leaves no time for any of it. */
export interface Quit {
  begin(): void;
  /** True from the moment it was asked for. */
  underWay(): boolean;
  /** Called when it begins. */
  onBegin(listener: () => void): void;
}

/**
 * Each signal that asks for the end counts as Quit, however often it comes: Electron's own handlers take each once, and the second ends
 * the program on the spot. A library of electron-store's (when-exit) listens since before Electron put its handlers
 * over Node's, and only a first listener puts Node's back; what that one does it also does when the program exits.
 */
function takeSignals(): void {
  for (const signal of QUIT_SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, () => app.quit());
  }
  for (const signal of IDLE_SIGNALS) {
    process.removeAllListeners(signal); // when-exit takes some of them for the end
    process.on(signal, () => {});
  }
}

/** What is to be stopped; `busy` while that waits for Twitch. */
export interface Stoppable {
  stop(): Promise<void>;
  busy(): boolean;
}

interface Options {
  /** Asked for when quitting begins, not before. */
  vault(): Stoppable;
  /** Has Castkey started again when it has ended. */
  comeBack(why: string): void;
  log: Log;
}

/** Has everything stopped, within bounds, before Electron ends. Whoever asks again is told, and changes nothing. */
export function stopBeforeQuit({ vault, comeBack, log }: Options): Quit {
  const busy = (): boolean => vault().busy();
  let phase: 'running' | 'stopping' | 'stopped' = 'running';
  const listeners: (() => void)[] = [];
  const notify = createNotifier(() => {});
  let again = false;
  const end = (): void => {
    phase = 'stopped';
    if (again) comeBack(AGAIN);
    app.quit();
  };
  const stopAll = async (): Promise<void> => {
    const slow = setTimeout(() => busy() && log.warn('quitting: waiting for Twitch'), SOON_MS);
    const late = setTimeout(() => {
      log.error('stopping took too long, so what Twitch answers now is lost');
      end();
    }, MAX_STOP_MS);
    await vault()
      .stop()
      .catch((error: unknown) => log.error('stopping failed', { error }));
    clearTimeout(slow);
    clearTimeout(late);
  };
  app.on('window-all-closed', () => {}); // without a listener Electron would end here
  app.on('before-quit', (event) => {
    if (phase === 'stopped') return;
    event.preventDefault();
    if (phase === 'stopping')
      return notify({ title: 'Castkey is still quitting', body: busy() ? WAITING : ENDING });
    phase = 'stopping';
    for (const listener of listeners) listener();
    // Not within this event: once it has returned, Electron notes that quitting was prevented, and would
    // forget a quit() called before that (shell/browser/browser.cc, Browser::Quit).
    void stopAll().then(() => phase === 'stopping' && setImmediate(end));
  });
  takeSignals();
  // Started while it quits: it comes back when it has ended, since the profile is its own until then.
  app.on('second-instance', () => {
    if (phase === 'stopped') comeBack(AGAIN);
    again = phase === 'stopping';
  });
  onSessionEnd(() => app.quit(), busy);
  return {
    begin: () => app.quit(),
    underWay: () => phase !== 'running',
    onBegin: (listener) => void listeners.push(listener),
  };
}
