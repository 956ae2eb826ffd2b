/** What stands in the output where a token was. */
export const SCRUBBED = '[token]';

/** So many characters of a token are not the start of something else by chance. */
const LIKELY = 8;
/** How IRC wants a token. */
const OAUTH = 'oauth:';

/** Hides tokens in what a program prints, however its output is cut into pieces. */
export interface Scrubber {
  /** From now on this token is hidden too; those before stay hidden. */
  hide(token: string): void;
  /** A stream of bytes of its own: one for each output. */
  stream(): ScrubbedStream;
}

/** One output. Bytes that aren't a token's pass unchanged, whatever they are. */
export interface ScrubbedStream {
  /** @returns What may go out now; an end that could be the start of a token stays behind. */
  take(bytes: Uint8Array): Buffer;
  /** After a pause: what stayed behind, unless it is likely to be a token. */
  paused(): Buffer;
  /** At the end: all that stayed behind; a likely part of a token is hidden. */
  end(): Buffer;
}

/** Nothing is hidden yet. */
export function createScrubber(): Scrubber {
  const tokens = new Set<string>();
  let pattern: RegExp | undefined;
  /** Length of the longest end of `text` that a token (or `oauth:` and a token) could go on from. */
  const openEnd = (text: string): number => {
    const words = [...tokens].flatMap((token) => [token, OAUTH + token]);
    const max = Math.min(text.length, Math.max(0, ...words.map(({ length }) => length - 1)));
    for (let length = max; length > 0; length -= 1) {
      const end = text.slice(-length);
      if (words.some((word) => word.startsWith(end))) return length;
    }
    return 0;
  };
  return {
    hide(token) {
      if (token === '') return;
      tokens.add(token);
      const words = [...tokens].sort((a, b) => b.length - a.length).map(escaped);
      pattern = new RegExp(`(?:${OAUTH})?(?:${words.join('|')})`, 'g');
    },
    stream: () => scrubbed(() => pattern, openEnd),
  };
}

/** Bytes are handled as Latin-1, in which each byte is one character and comes back as the same byte. */
function scrubbed(pattern: () => RegExp | undefined, openEnd: (text: string) => number): ScrubbedStream {
  /** The start of a possible token: what of it is out already, and what stays behind. */
  let [shown, held] = ['', ''];
  const likely = (): boolean => {
    const start = shown + held;
    return (start.startsWith(OAUTH) ? start.length - OAUTH.length : start.length) >= LIKELY;
  };
  const release = (): string => {
    const text = held;
    held = '';
    return text;
  };
  return {
    take(bytes) {
      const text = shown + held + Buffer.from(bytes).toString('latin1');
      let [out, at, clean] = ['', shown.length, 0];
      for (const { index, 0: match } of text.matchAll(pattern() ?? /(?!)/g)) {
        out += `${text.slice(at, index)}${SCRUBBED}`;
        clean = index + match.length;
        at = clean;
      }
      const end = openEnd(text.slice(clean));
      const startsAt = text.length - end;
      shown = text.slice(startsAt, Math.max(startsAt, at));
      held = text.slice(Math.max(startsAt, at));
      return bytesOf(out + text.slice(at, Math.max(startsAt, at)));
    },
    paused() {
      if (likely()) return bytesOf('');
      const text = release();
      shown += text;
      return bytesOf(text);
    },
    end() {
      const hide = likely() && held !== '';
      const text = release();
      shown = '';
      return bytesOf(hide ? SCRUBBED : text);
    },
  };
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

const escaped = (text: string): string => text.replace(/[^a-z0-9]/gi, '\\$&');
