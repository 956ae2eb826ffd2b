import { inspect } from 'node:util';
import { MARKER } from './fake-twitch-state.ts';

/** Collects what leaves core in a test, and finds secrets in it. */
export interface Canary {
  /** A pairing key: it is random and so must be named. */
  key(key: string): void;
  /** Something a person, a log or a disk gets: no secret may be in it. */
  saw(where: string, what: unknown): void;
  /** A line on a bot's pipe: an access token in an answer is what the pipe is for. */
  heard(line: string): void;
  /** Where secrets were found; empty when all is well. */
  leaks(): string[];
}

const flat = (what: unknown): string =>
  typeof what === 'string' ? what : `${JSON.stringify(what)} ${inspect(what, { depth: 20 })}`;
const PUBLIC_KINDS = /zzSECRETzz(access|app)\d+/g;

export function createCanary(): Canary {
  const texts: { where: string; text: string }[] = [];
  const keys = new Set<string>();

  function withoutHandedOut(line: string): string {
    const { result } = JSON.parse(line) as { result?: { accessToken?: string; key?: string } };
    if (result?.key !== undefined) keys.add(result.key);
    if (result?.accessToken === undefined && result?.key === undefined) return line;
    return JSON.stringify({ ...result, key: undefined }).replace(PUBLIC_KINDS, 'handed out');
  }

  return {
    key: (key) => void keys.add(key),
    saw: (where, what) => void texts.push({ where, text: flat(what) }),
    heard: (line) => void texts.push({ where: 'pipe', text: withoutHandedOut(line) }),
    leaks: () =>
      texts
        .filter(({ text }) => text.includes(MARKER) || [...keys].some((key) => text.includes(key)))
        .map(({ where, text }) => `${where}: ${text.slice(0, 400)}`),
  };
}
