import type { LineStore, Log } from '../../electron/core/ports.ts';

export interface FakeLog extends Log, Pick<LineStore, 'tail'> {
  lines: { level: 'info' | 'warn' | 'error'; message: string; facts: unknown }[];
}

export function createFakeLog(): FakeLog {
  const lines: FakeLog['lines'] = [];
  return {
    lines,
    info: (message, facts) => void lines.push({ level: 'info', message, facts }),
    warn: (message, facts) => void lines.push({ level: 'warn', message, facts }),
    error: (message, facts) => void lines.push({ level: 'error', message, facts }),
    tail: async (count) =>
      lines
        .slice(-count)
        .map(({ level, message, facts }) => JSON.stringify({ level, message, ...Object(facts) })),
  };
}

export interface FakeLines extends LineStore {
  lines: string[];
}

export function createFakeLines(): FakeLines {
  const lines: string[] = [];
  return {
    lines,
    append: async (line) => void lines.push(line),
    tail: async (count) => lines.slice(-count),
  };
}
