/** Gives accounts and bots other names, the same one each time, so that a text can be shown to strangers. */

/** Replaces names in texts. */
export interface Pseudonyms {
  /** All texts that name one thing (login, ID) get one pseudonym; a text that is known keeps its own. */
  learn(kind: 'account' | 'bot' | 'application', ...names: readonly (string | null)[]): void;
  replace(text: string): string;
}

/** `home` is the person's own folder: what lies in it is told by its last name only. */
export function createPseudonyms(home: string): Pseudonyms {
  const known = new Map<string, string>();
  const counts = new Map<string, number>();

  function pseudonymOf(kind: string): string {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return `${kind}-${count}`;
  }

  return {
    learn(kind, ...names) {
      const named = names.flatMap((name) => (name?.trim() ? [name.trim().toLowerCase()] : []));
      if (named.length === 0) return;
      const before = named.map((name) => known.get(name)).find((pseudonym) => pseudonym !== undefined);
      const pseudonym = before ?? pseudonymOf(kind);
      for (const name of named) if (!known.has(name)) known.set(name, pseudonym);
    },
    replace: (text) => replaceNames(known, withoutHome(text, home)),
  };
}

/**
 * A folder's name may have spaces, so what stands before a later slash is taken for one: rather too much than
 * too little.
 */
const INSIDE = /(?:[\\/]+[^\\/"'<>|\r\n]+(?=[\\/]))*(?:[\\/]+[^\\/\s"'<>|]+)?/.source;

function withoutHome(text: string, home: string): string {
  const parts = home.split(/[\\/]+/);
  if (home.length < 2) return text; // a system account's home may be "/"
  const inside = new RegExp(`${parts.map(literal).join('[\\\\/]+')}(${INSIDE})`, 'gi');
  return text.replace(inside, (_path, rest: string) => {
    const names = rest.split(/[\\/]+/).filter(Boolean);
    return names.length < 2 ? ['~', ...names].join('/') : `~/…/${names.at(-1)}`;
  });
}

/** The longest name first, whole words only: an account may be called "on". */
function replaceNames(known: ReadonlyMap<string, string>, text: string): string {
  if (known.size === 0) return text;
  const names = [...known.keys()].sort((a, b) => b.length - a.length).map(literal);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${names.join('|')})(?![\\p{L}\\p{N}_])`, 'giu');
  return text.replace(pattern, (name) => known.get(name.toLowerCase()) ?? '[name]');
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
