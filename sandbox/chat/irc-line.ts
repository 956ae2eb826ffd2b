/** One line of IRC as a client sent it (RFC 1459, with the message tags of IRCv3). */
export interface IrcLine {
  readonly tags: Readonly<Record<string, string>>;
  /** In capitals. */
  readonly command: string;
  readonly params: readonly string[];
}

/** Values by tag; what is false is left out by the callers, what is empty is sent empty. */
export type Tags = Readonly<Record<string, string | number>>;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  [';', '\\:'],
  [' ', '\\s'],
  ['\\', '\\\\'],
  ['\r', '\\r'],
  ['\n', '\\n'],
]);
const UNESCAPES: ReadonlyMap<string, string> = new Map([...ESCAPES].map(([raw, escaped]) => [escaped, raw]));

const escapeValue = (value: string): string =>
  value.replace(/[; \\\r\n]/g, (sign) => ESCAPES.get(sign) ?? sign);
const unescapeValue = (value: string): string =>
  value.replace(/\\./g, (pair) => UNESCAPES.get(pair) ?? pair.slice(1));

function readTags(text: string): Record<string, string> {
  const pairs = text.split(';').map((part): [string, string] => {
    const [name = '', ...value] = part.split('=');
    return [name, unescapeValue(value.join('='))];
  });
  return Object.fromEntries(pairs);
}

/** Reads a line; undefined for an empty one. Nothing a client sends makes it throw. */
export function readIrcLine(line: string): IrcLine | undefined {
  const match = /^(?:@(\S*) +)?(?::\S* +)?(\S+)(.*)$/.exec(line);
  if (!match) return undefined;
  const [, tags = '', command = '', rest = ''] = match;
  const [words = '', ...trailing] = rest.split(' :');
  const params = words.split(' ').filter(Boolean);
  if (trailing.length > 0) params.push(trailing.join(' :'));
  return { tags: tags === '' ? {} : readTags(tags), command: command.toUpperCase(), params };
}

/** Puts tags before a line; without tags it is the line. */
export function withTags(tags: Tags, line: string): string {
  const pairs = Object.entries(tags).map(([name, value]) => `${name}=${escapeValue(String(value))}`);
  return pairs.length > 0 ? `@${pairs.join(';')} ${line}` : line;
}
