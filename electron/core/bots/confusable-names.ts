/** Names as people see them: what looks alike comes out the same. */
import unhomoglyph from 'unhomoglyph';

/**
 * The skeleton of a name (Unicode UTS #39, section 4, by its table of confusable characters), marks and
 * separators left out: `luna-helper`, `Luna HeIper` and `lụna＿helper` have one in common. Small and capital
 * letters look different but read the same, and a capital I looks like a small l: so a name has two.
 */
export function skeletons(name: string): ReadonlySet<string> {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const composed = name.normalize('NFKC');
  const forms = new Set([composed, composed.toLowerCase()].map((form) => strip(skeleton(form))));
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(name, forms);
  return forms;
}

/** Each token that is served names its bot, so the same names come again and again. */
const remembered = new Map<string, ReadonlySet<string>>();
const MAX_REMEMBERED = 1_000;

/** Whether two names can be taken for each other. */
export function looksLike(one: string, other: string): boolean {
  const seen = skeletons(other);
  return [...skeletons(one)].some((form) => seen.has(form));
}

const skeleton = (text: string): string =>
  unhomoglyph(unhomoglyph(text.normalize('NFD')).normalize('NFD')).toLowerCase();

/** A name of nothing but signs is compared by them. */
const strip = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '') || text;
