import { app, powerMonitor } from 'electron';
import { z } from 'zod';

/** Typed without its event in Electron's declarations. */
const preventable = z.object({
  preventDefault: z.custom<() => void>((value) => typeof value === 'function'),
});

/**
 * Calls back when the system shuts down or the person logs off; while `busy` it asks the system to wait until
 * Castkey has ended. How long it does is the system's to say: on Linux systemd-logind gives 5 s unless set otherwise
 * (`InhibitDelayMaxSec`; Electron takes the lock that asks for it), macOS waits, Windows asks the person after
 * some seconds and tells windows alone. Ending at logoff on Linux comes as a signal or as the loss of the display.
 */
export function onSessionEnd(begin: () => void, busy: () => boolean): void {
  const delayed = (...[event]: unknown[]): void => {
    const found = preventable.safeParse(event);
    if (found.success && busy()) (event as { preventDefault(): void }).preventDefault();
    begin();
  };
  // Of the very first listener Electron doesn't notice that it is for shutdown (lib/browser/api/power-monitor.ts).
  powerMonitor.on('suspend', () => {});
  powerMonitor.on('shutdown', delayed);
  if (process.platform !== 'win32') return;
  app.on('browser-window-created', (_event, window) => {
    // `query-session-end` can be put off; Electron 33 declares `session-end` alone, which can't.
    const events: { on(name: string, listener: (event: unknown) => void): unknown } = window;
    events.on('query-session-end', delayed);
    window.on('session-end', () => begin());
  });
}
