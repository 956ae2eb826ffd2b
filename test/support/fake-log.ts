import type { LineStore, Log } from '../../electron/core/ports.ts';

export interface FakeLog extends Log, Pick<LineStore, 'tail'> {
  lines: { level: 'warn' | 'error'; message: string; data: unknown }[];
}

export function createFakeLog(): FakeLog {
  const lines: FakeLog['lines'] = [];
  return {
    lines,
    warn: (message, data) => void lines.push({ level: 'warn', message, data }),
    error: (message, data) => void lines.push({ level: 'error', message, data }),
    tail: async (count) =>
      lines
        .slice(-count)
        .map(({ level, message, data }) => JSON.stringify({ level, message, ...Object(data) })),
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
