/** Names as people see them: what looks alike comes out the same. */
import unhomoglyph from 'unhomoglyph';

/** Whether two names can be taken for each other, be it with a version or a file ending behind one of them. */
export function looksLike(one: string, other: string): boolean {
  return shares(formsOf(one).bare, formsOf(other).bare);
}

/** Whether two names read the same. */
export function readsSame(one: string, other: string): boolean {
  return shares(formsOf(one).whole, formsOf(other).whole);
}

const shares = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  [...some].some((form) => others.has(form));

/** A name's skeletons, marks and separators left out, and with them those of the name without additions. */
interface Forms {
  whole: ReadonlySet<string>;
  bare: ReadonlySet<string>;
}

function formsOf(name: string): Forms {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const texts = readings(name);
  const whole = new Set(texts.map(squeezed));
  const bare = new Set([...whole, ...texts.flatMap(withoutAdditions).map(squeezed)]);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(name, { whole, bare });
  return { whole, bare };
}

/** Each token that is served names its bot, so the same names come again and again. */
const remembered = new Map<string, Forms>();
const MAX_REMEMBERED = 1_000;

/** A name of nothing but signs is compared by them. */
function squeezed(text: string): string {
  const form = skeleton(text);
  return form.replace(/[^\p{L}\p{N}]/gu, '') || form;
}

/**
 * The words of a text as skeletons, once for each way it can be read; letters that stand alone (`O B S`) make
 * a word, too.
 */
export function wordsOf(text: string): string[][] {
  const wordings = readings(text).map((reading) =>
    skeleton(reading)
      .replace(/\p{M}/gu, '')
      .replace(/(?<![\p{L}\p{N}])[\p{L}\p{N}](?:[^\p{L}\p{N}]+[\p{L}\p{N}](?![\p{L}\p{N}]))+/gu, (run) =>
        run.replace(/[^\p{L}\p{N}]+/gu, ''),
      )
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== ''),
  );
  return [...new Map(wordings.map((words) => [words.join(' '), words])).values()];
}

/**
 * The ways to read a text: signs as letters (`m○d`), only those between letters (`m○d ●`), none (`★ mod`).
 * Small and capital letters look different but read the same, and each may look like another letter: so both.
 */
function readings(text: string): string[] {
  const plain = text.replace(TRADE_SIGNS, ' ');
  const ways = [
    plain.replace(SIGNS, letterOf),
    plain.replace(SIGNS_WITHIN, (run) => run.replace(SIGNS, letterOf)).replace(NO_LETTERS, ' '),
    plain.replace(NO_LETTERS, ' '),
  ].map((form) => form.normalize('NFKC'));
  const lettered = ways.filter((form) => /[\p{L}\p{N}]/u.test(form));
  const forms = lettered.length > 0 ? lettered : [plain.normalize('NFKC')];
  return [...new Set(forms.flatMap((form) => [form, form.toLowerCase()]))];
}

const TRADE_SIGNS = /[\u00a9\u00ae\u2117\u2120\u2122]/gu;
const NO_LETTERS = /[\p{P}\p{S}]+/gu;
/** Letters in a circle, in a square, and those of flags: each an alphabet in order. */
const ALPHABETS = [0x1f150, 0x1f170, 0x1f1e6];
/** Signs that are read as letters. The round ones are circles, rings, bullets and balls. */
const DRAWN: Readonly<Record<string, string>> = {
  a: '@',
  e: '\u20ac',
  l: '|!\u00a1\u00a6\u2223\u2502\u2758-\u275a',
  o: '\u00a4\u00b0\u2022\u2205\u2218\u2295-\u229d\u2300\u25c9\u25cb-\u25d7\u25e6\u25ef\u2609\u26aa\u26ab\u2b24\u2b55\u2b58\u{1f311}-\u{1f315}\u{1f518}\u{1f534}\u{1f535}\u{1f7e0}-\u{1f7e4}',
  s: '$\u00a7',
  t: '+\u2020\u2021\u22a4\u271d',
};
const DRAWN_AS = Object.entries(DRAWN).map(
  ([letter, signs]) => [letter, new RegExp(`[${signs}]`, 'u')] as const,
);
const SIGN = `[${Object.values(DRAWN).join('')}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]\ufe0f?`;
const SIGNS = new RegExp(SIGN, 'gu');
const SIGNS_WITHIN = new RegExp(`(?<=[\\p{L}\\p{N}])(?:${SIGN})+(?=[\\p{L}\\p{N}])`, 'gu');

function letterOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const first = ALPHABETS.find((start) => code >= start && code < start + 26);
  if (first !== undefined) return String.fromCharCode(97 + code - first);
  return DRAWN_AS.find(([, signs]) => signs.test(sign))?.[0] ?? sign;
}

/**
 * The skeleton of a text (Unicode UTS #39, section 4, by its table of confusable characters), with what that
 * table lacks: small capitals and some more letters, digits for letters, and i, l and 1 as one.
 */
function skeleton(text: string): string {
  const once = unhomoglyph(spelled(text.normalize('NFD')));
  const twice = unhomoglyph(spelled(once).normalize('NFD'));
  return unhomoglyph(twice.toLowerCase())
    .toLowerCase()
    .replace(/[i1\u0131]/gu, 'l')
    .replace(/0/gu, 'o')
    .replace(/vv/gu, 'w')
    .replace(/(?<=\p{L})[3457]|[3457](?=\p{L})/gu, (digit) => DIGITS[digit] ?? digit);
}

const DIGITS: Readonly<Record<string, string>> = { '3': 'e', '4': 'a', '5': 's', '7': 't' };
/** Letters that look like these: small capitals first, then what else the table lacks or takes elsewhere. */
const LIKE: readonly (readonly [string, string])[] = [
  ['abcdefghijklmnopqrstuvwxyz', 'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ'],
  ['ffmmnabbeeeeettoo', 'ғꝼʍмɴɐƅьεɛəɘǝナτфφ'],
  ['ooood', '\u3147\u110b口ロд'],
  ['oeo', '\u3007ꞓ\u10dd'],
  ['ll', '\u01c0\u01c3'],
];
const LETTERS = new Map(LIKE.flatMap(([plain, odd]) => [...odd].map((one, at) => [one, plain[at] ?? one])));
const spelled = (text: string): string =>
  text.replace(/[^\p{ASCII}]/gu, (one) => LETTERS.get(one) ?? LETTERS.get(one.toLowerCase()) ?? one);

/** A version behind a name, which its letter v may belong to or not: `tv2`, `botv2`. */
const VERSIONS = [/[^\p{L}\p{N}]*(?<!\d)v?\d{1,2}$/u, /[^\p{L}\p{N}]*(?<!\d)\d{1,2}$/u];
const ENDING = /[^\p{L}\p{N}]+(?:[cm]?[jt]s|pyw?|exe|app|jar|sh|bat)$/u;
const ARTICLE = /^[^\p{L}\p{N}]*the[^\p{L}\p{N}]+/u;

/** A name without what anybody can hang on it; only what leaves enough of it to be a name. */
function withoutAdditions(name: string): string[] {
  const lower = name.toLowerCase().replace(ARTICLE, '');
  return VERSIONS.map((version) => {
    let bare = lower;
    for (let left = ''; left !== bare; ) {
      left = bare;
      bare = bare
        .replace(/[^\p{L}\p{N}]+$/u, '')
        .replace(ENDING, '')
        .replace(version, '');
    }
    return bare;
  }).filter((bare) => bare.length > 1);
}
