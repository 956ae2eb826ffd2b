/** Words by which a stranger borrows somebody's authority; nobody has checked any of them. */
import { wordsOf } from './confusable-names.ts';

/** Anywhere, be it as a part of a longer word or with gaps in it. */
const ANYWHERE = [
  'Castkey',
  'Twitch',
  'official',
  'verified',
  'verify',
  'trusted',
  'certified',
  'admin',
  'security',
  'verifizier',
  'zertifizier',
  'offiziell',
  'officiel',
  'oficial',
  'ufficial',
  'verificad',
  'официальн',
  'проверенн',
  '公式',
  '官方',
  '認証',
  '认证',
  '공식',
];
/** Within one word: with gaps these are honest ones (`the author is Ed`). */
const IN_A_WORD = ['authorized', 'authorised', 'approved', 'OBSStudio', 'OBSProject', 'OBSPlugin'];
/** As words of their own. */
const AS_WORDS = [
  'OBS',
  'staff',
  'support',
  'genuine',
  'authentic',
  'legit',
  'legitimate',
  'geprüft',
  'vérifié',
  'verificato',
  'known to you',
  'you allowed',
  'allowed before',
  'safe to allow',
  'checked by',
  'signed by',
  'the system',
  'the vault',
  'your vault',
  'this window',
];
/** What is told for a part of a word, or for a word that is one of several. */
const SHOWN: Readonly<Record<string, string>> = {
  verify: 'verified',
  OBSStudio: 'OBS',
  OBSProject: 'OBS',
  OBSPlugin: 'OBS',
  verifizier: 'verifiziert',
  zertifizier: 'zertifiziert',
  ufficial: 'ufficiale',
  verificad: 'verificado',
  официальн: 'официальный',
  проверенн: 'проверенный',
};

type Found = (words: readonly string[], form: readonly string[]) => boolean;
const FINDERS: readonly (readonly [readonly string[], Found])[] = [
  [ANYWHERE, (words, form) => words.join('').includes(form.join(''))],
  [IN_A_WORD, (words, form) => words.some((word) => word.includes(form.join('')))],
  [AS_WORDS, (words, form) => ` ${words.join(' ')} `.includes(` ${form.join(' ')} `)],
];
const AUTHORITIES = FINDERS.flatMap(([words, found]) =>
  words.map((word) => ({ shown: SHOWN[word] ?? word, forms: wordsOf(word), found })),
);

const MARKS: readonly (readonly [string, RegExp])[] = [
  [
    'a tick or a seal',
    /[\u00a9\u00ae\u2122\u221a\u2610-\u2612\u2705\u2713\u2714\u237b\u{1f4af}\u{1f50f}-\u{1f513}\u{1f197}\u{1f5dd}\u{1f5f8}\u{1f5f9}\u{1f6e1}\u{1fbb1}]/u,
  ],
  [
    'a star, a medal or a badge',
    /[\u2b50\u{1f31f}\u2729-\u2730\u{1f396}\u{1f3c5}\u{1f3c6}\u{1f947}\u{1f451}\u{1f46e}\u{1f48e}\u{1f4db}\u{1f530}\u{1f6c2}\u{1faaa}]/u,
  ],
];

/** What of a name or a reason claims authority, each word once; empty when nothing does. */
export function authorityClaims(text: string): string[] {
  const wordings = [text, text.replace(NUMBERS_BEHIND, ' ')].flatMap(wordsOf);
  const words = AUTHORITIES.filter(({ forms, found }) =>
    wordings.some((wording) => forms.some((form) => found(wording, form))),
  ).map(({ shown }) => shown);
  const marks = MARKS.filter(([, signs]) => signs.test(text)).map(([shown]) => shown);
  return [...new Set([...words, ...marks])];
}

/** As in `obs29`. */
const NUMBERS_BEHIND = /(?<=\p{L})\d+(?![\p{L}\d])/gu;
