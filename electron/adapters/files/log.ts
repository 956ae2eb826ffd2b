import type { LineStore, Log } from '../../core/ports.ts';
import { redactFacts, redactText } from '../../policy/redact.ts';
import { openLineFile } from './line-file.ts';

interface Options {
  path: string;
  now(): number;
  /** Where warnings and errors go as well, for a person who watches; null for nowhere. */
  echo: ((line: string) => void) | null;
}

const MOST_BYTES = 1024 * 1024;

/** A log that can be read again. */
export type KeptLog = Log & Pick<LineStore, 'tail'>;

/** The log: one JSON line an entry, redacted once more whatever the caller has done. Never throws. */
export function createLog(options: Options): KeptLog {
  const file = openLineFile(options.path, MOST_BYTES);
  const write = (level: string, message: string, facts: Record<string, unknown> = {}): void => {
    try {
      const told = redactFacts(facts);
      const at = new Date(options.now()).toISOString();
      file.append(JSON.stringify({ at, level, message: redactText(message), ...(told as object) }));
      if (level !== 'info') options.echo?.(`castkey: ${redactText(message)} ${JSON.stringify(told)}`);
    } catch {
      // A full disk must not take the vault down, and there is nowhere left to tell it.
    }
  };
  return {
    info: (message, facts) => write('info', message, facts),
    warn: (message, facts) => write('warn', message, facts),
    error: (message, facts) => write('error', message, facts),
    tail: async (count) => file.tail(count),
  };
}
