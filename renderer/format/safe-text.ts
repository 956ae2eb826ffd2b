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
  const latin = /\p{Script=Latin}/u.test(name);
  if (latin && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(name))
    return 'This name mixes letters of different alphabets that look alike.';
  const odd = ODD_LETTERS.test(name.replace(FLAGS, '')) || (latin && ODD_AMONG_LATIN.test(name));
  return odd ? 'This name uses unusual letters that look like others.' : '';
}

/** Flags are two letters each; more of these letters, or others, spell something. */
const FLAG = '\\p{RGI_Emoji_Flag_Sequence}';
const FLAGS = new RegExp(FLAG, 'gv');
/**
 * Latin letters drawn in another way, which no language writes its words with: small capitals and raised ones,
 * letters in circles, squares and brackets, those of formulas, and those of flags.
 */
const ODD_LETTERS =
  /[\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\u02b0-\u02b8\u02e0-\u02e4\u1d00-\u1dbf\u2071\u207f\u2090-\u209c\u249c-\u24e9\ua730\ua731\ua7af\u{1d400}-\u{1d7ff}\u{1f110}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/u;
/** Letters that few can read and that look like Latin ones; and, between Latin letters, what looks like an o. */
const ODD_AMONG_LATIN =
  /[\p{Script=Armenian}\p{Script=Georgian}\p{Script=Cherokee}\p{Script=Lisu}\p{Script=Coptic}\p{Script=Canadian_Aboriginal}\p{Script=Deseret}\p{Script=Osage}\p{Script=Gothic}\p{Script=Old_Italic}\p{Script=Lycian}\p{Script=Carian}\p{Script=Vai}\p{Script=Tifinagh}\u0251\u0261\u0258\u01c0-\u01c3]|\p{Script=Latin}[\p{Script=Hebrew}\u1100-\u11ff\u3131-\u318e\u25cb\u25cf\u25ef\u2b55\u3007\u53e3\u30ed\uff85]+\p{Script=Latin}|[a-z][\uff21-\uff5a]|[\uff21-\uff5a][a-z]|[a-z][\u2160-\u217f]|[\u2160-\u217f][a-z]/iu;

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
