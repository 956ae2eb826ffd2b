import { type Host, pause } from './host.ts';

const FIRST_MS = 100;
const MAX_MS = 10_000;
/** Milliseconds a connection must have lasted to count as a success. */
const STEADY_MS = 10_000;

/** Waits between tries to reconnect. */
export interface BackOff {
  /**
   * Waits before the next try: about 0.1, 0.2, 0.4 … up to 10 seconds, each shortened by up to half,
   * so that the bots of a machine don't come back in step.
   *
   * @param wasConnected Whether the last try had succeeded. A vault that takes each call and hangs up
   *   at once is no success: the waits go on growing.
   * @param signal Ends the wait when it aborts.
   */
  pause(wasConnected: boolean, signal: AbortSignal): Promise<void>;
}

/** @param keepAlive Whether the waits keep the process running. */
export function backOff(host: Host, keepAlive = false): BackOff {
  let tries = 0;
  let lastTry = host.now();
  return {
    async pause(wasConnected, signal) {
      if (wasConnected && host.now() - lastTry > STEADY_MS) tries = 0;
      const ms = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(tries, 10)) * (1 - host.random() / 2);
      tries += 1;
      await pause(host, ms, signal, keepAlive ? undefined : 'idle');
      lastTry = host.now();
    },
  };
}
