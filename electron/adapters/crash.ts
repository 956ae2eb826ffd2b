import type { Log } from '../core/ports.ts';

/**
 * A bug must not take the vault from the bots, so it is logged, redacted, and Castkey goes on. Electron's
 * crash reporter is never started: a dump of this process would hold tokens.
 */
export function logCrashes(log: Log): void {
  process.on('uncaughtException', (error) => log.error('an unexpected error', { error }));
  process.on('unhandledRejection', (reason) => log.error('an unexpected rejection', { reason }));
}
