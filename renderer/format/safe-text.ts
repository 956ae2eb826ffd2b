/** Stands for a character that can't be seen. */
export const HIDDEN_MARK = '▯';

/**
 * Characters that show nothing or turn the text around them: controls, format characters (zero-width, bidi,
 * tags), line separators, lone surrogates, and letters that are drawn blank (Unicode UTS #39, section 3).
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\u17b4|\u17b5/u;
/** Emoji are put together with a joiner between two pictures; there it hides nothing. */
const EMOJI_JOINT =
  /(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d(?=\p{Extended_Pictographic})/u;
const PIECES = new RegExp(`(${EMOJI_JOINT.source})|(?:${HIDDEN.source})+`, 'gu');
/** More marks than this on one letter are only there to paint over the lines around. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

/**
 * Text of somebody else (a bot's name, its reason, a path) that can't harm what stands around it: what is
 * hidden becomes visible, odd spaces become plain ones.
 */
export function safeText(text: string): string {
  return text
    .replace(PIECES, (all, joint?: string) => (joint === undefined ? HIDDEN_MARK : all))
    .replace(PILED_MARKS, `$1${HIDDEN_MARK}`)
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
}

/** What is odd about a name, as a sentence; empty when nothing is. */
export function nameWarning(name: string): string {
  const shown = safeText(name);
  if (shown.includes(HIDDEN_MARK) && !name.includes(HIDDEN_MARK))
    return `This name has hidden characters in it, shown as ${HIDDEN_MARK}. Honest bots have none.`;
  const lookAlikes = /\p{Script=Latin}/u.test(name) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(name);
  return lookAlikes ? 'This name mixes letters of different alphabets that look alike.' : '';
}

const HEAD = 110;
const TAIL = 130;

/** A path so long that it would push everything else away: its start and its end. Others stay whole. */
export function shortPath(path: string): string {
  const letters = [...path];
  if (letters.length <= HEAD + TAIL + 40) return path;
  return `${letters.slice(0, HEAD).join('')} … ${letters.slice(-TAIL).join('')}`;
}

const MAX_LETTERS = 170;

/** The beginning of words that go on and on. Others stay whole. */
export function shortWords(words: string): string {
  const letters = [...words];
  return letters.length <= MAX_LETTERS + 30 ? words : `${letters.slice(0, MAX_LETTERS).join('').trimEnd()} …`;
}
