/** Words by which a stranger borrows somebody's authority; nobody has checked any of them. */
import { skeletons } from './confusable-names.ts';

/** What is shown, and how it reads in small letters. `inside`: also as a part of a longer word. */
const AUTHORITIES: readonly { shown: string; word: string; inside: boolean }[] = [
  { shown: 'Castkey', word: 'castkey', inside: true },
  { shown: 'Twitch', word: 'twitch', inside: true },
  { shown: 'OBS', word: 'obs', inside: false },
  { shown: 'official', word: 'official', inside: true },
  { shown: 'verified', word: 'verified', inside: true },
  { shown: 'verified', word: 'verify', inside: true },
  { shown: 'trusted', word: 'trusted', inside: true },
  { shown: 'certified', word: 'certified', inside: true },
  { shown: 'admin', word: 'admin', inside: true },
  { shown: 'staff', word: 'staff', inside: false },
  { shown: 'security', word: 'security', inside: true },
  { shown: 'support', word: 'support', inside: false },
];
/** Ticks, shields and locks. */
const MARKS = /[\u2610-\u2612\u2705\u2713\u2714\u{1f5f8}\u{1f6e1}\u{1f512}\u{1f510}\u{1f4af}]/u;
/** Digits and signs that stand for letters. */
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
};

/** What of a name or a reason claims authority, each word once; empty when nothing does. */
export function authorityClaims(text: string): string[] {
  const tokens = wordsOf(text);
  const joined = tokens.join('');
  const found = AUTHORITIES.filter(({ word, inside }) => {
    const forms = [...skeletons(word), word];
    return forms.some((form) => (inside ? joined.includes(form) : tokens.includes(form)));
  }).map(({ shown }) => shown);
  return [...new Set([...found, ...(MARKS.test(text) ? ['a tick or a seal'] : [])])];
}

/** The words of a text as skeletons, and once more with digits read as letters. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  const spelled = plain.replace(/[013457@$!|]/g, (sign) => LEET[sign] ?? sign);
  return [plain, spelled].flatMap((form) =>
    form
      .split(/[^\p{L}\p{N}\p{M}]+/u)
      .filter((word) => word !== '')
      .flatMap((word) => [...skeletons(word)]),
  );
}
