import { ownerOf, parseEntry } from './entry.ts';

/**
 * Keeps the newest of a list that has become too large, the same share for each owner: whoever makes
 * much noise loses its own old lines, not those of others. `items` are newest first, and stay so; sizes
 * are in whatever unit `max` is.
 */
export function fairShare<T>(
  items: readonly T[],
  max: number,
  ownerOf: (item: T) => string,
  sizeOf: (item: T) => number,
): T[] {
  const totals = new Map<string, number>();
  for (const item of items) {
    const owner = ownerOf(item);
    totals.set(owner, (totals.get(owner) ?? 0) + sizeOf(item));
  }
  const share = shareOf([...totals.values()], max);
  const used = new Map<string, number>();
  return items.filter((item) => {
    const owner = ownerOf(item);
    const size = (used.get(owner) ?? 0) + sizeOf(item);
    used.set(owner, size); // also when it is too much: a smaller, older one must not slip through
    return size <= share;
  });
}

/** The most that each may have so that all together have no more than `max`; the modest leave theirs to others. */
function shareOf(totals: readonly number[], max: number): number {
  let remaining = max;
  const rising = [...totals].sort((a, b) => a - b);
  for (const [index, total] of rising.entries()) {
    const share = remaining / (rising.length - index);
    if (total > share) return share;
    remaining -= total;
  }
  return Number.POSITIVE_INFINITY;
}

/** Of the record's lines, oldest first, those that stay when room is needed: as many bytes for each program. */
export function fairShareOfLines(lines: readonly string[], maxBytes: number): string[] {
  const sized = lines.flatMap((line) => {
    const entry = parseEntry(line);
    return entry === null ? [] : [{ line, owner: ownerOf(entry), bytes: Buffer.byteLength(line) + 1 }];
  });
  const newestFirst = sized.reverse();
  const kept = fairShare(
    newestFirst,
    maxBytes,
    ({ owner }) => owner,
    ({ bytes }) => bytes,
  );
  return kept.map(({ line }) => line).reverse();
}
