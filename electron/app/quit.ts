import { app } from 'electron';
import type { Log } from '../core/ports.ts';

/** Longer than this nobody waits for a program to end. */
const MAX_STOP_MS = 5000;

/** The end of the program: by the tray, a signal, or the system shutting down. */
export interface Quit {
  /** True from the moment it was asked for. */
  underWay(): boolean;
}

/** Has everything stopped, within bounds, before Electron ends. */
export function stopBeforeQuit(stop: () => Promise<void>, log: Log): Quit {
  let phase: 'running' | 'stopping' | 'stopped' = 'running';
  const end = (): void => {
    phase = 'stopped';
    app.quit();
  };
  app.on('window-all-closed', () => {}); // without a listener Electron would end here
  app.on('before-quit', (event) => {
    if (phase === 'stopped') return;
    event.preventDefault();
    if (phase === 'stopping') return;
    phase = 'stopping';
    const late = setTimeout(() => {
      log.warn('stopping took too long');
      end();
    }, MAX_STOP_MS);
    stop()
      .catch((error: unknown) => log.error('stopping failed', { error }))
      .finally(() => {
        clearTimeout(late);
        // Not within this event: once it has returned, Electron notes that quitting was prevented, and
        // would forget a quit() called before that (shell/browser/browser.cc, Browser::Quit).
        if (phase === 'stopping') setImmediate(end);
      });
  });
  return { underWay: () => phase !== 'running' };
}
