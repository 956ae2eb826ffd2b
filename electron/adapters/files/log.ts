import type { LineStore, Log } from '../../core/ports.ts';
import { redactData, redactText } from '../../policy/redact.ts';
import { openLineFile } from './line-file.ts';

interface Options {
  path: string;
  now(): number;
  /** Where entries go as well, for a person who watches; null for nowhere. */
  echo: ((line: string) => void) | null;
}

const MAX_BYTES = 1024 * 1024;

/** A log that can be read again. */
export type KeptLog = Log & Pick<LineStore, 'tail'>;

/** The log: one JSON line an entry, redacted once more whatever the caller has done. Never throws. */
export function createLog(options: Options): KeptLog {
  const file = openLineFile(options.path, MAX_BYTES);
  const write = (level: string, message: string, fields: Record<string, unknown> = {}): void => {
    try {
      const redacted = redactData(fields);
      const at = new Date(options.now()).toISOString();
      file.append(JSON.stringify({ at, level, message: redactText(message), ...(redacted as object) }));
      options.echo?.(oneLine(`castkey: ${redactText(message)} ${JSON.stringify(redacted)}`));
    } catch {
      // A full disk must not take the vault down, and there is nowhere left to tell it.
    }
  };
  return {
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    tail: async (count) => file.tail(count),
  };
}

/** What bots are called stands in the log: it must not begin a line that isn't Castkey's, nor steer a terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/**
 * A bug must not take the vault from the bots, so it is logged, redacted, and Castkey goes on. Electron's
 * crash reporter is never started: a dump of this process would hold tokens.
 */
export function logCrashes(log: Log): void {
  process.on('uncaughtException', (error) => log.error('an unexpected error', { error }));
  process.on('unhandledRejection', (reason) => log.error('an unexpected rejection', { reason }));
}
