import { ownerOf, parseEntry } from './entry.ts';
import { fairShare } from './fair-share.ts';

/** Of the record's lines, oldest first, those that stay when room is needed: as many bytes for each program. */
export function thinLines(lines: readonly string[], mostBytes: number): string[] {
  const sized = lines.flatMap((line) => {
    const entry = parseEntry(line);
    return entry === null ? [] : [{ line, owner: ownerOf(entry), bytes: Buffer.byteLength(line) + 1 }];
  });
  const newestFirst = sized.reverse();
  const kept = fairShare(
    newestFirst,
    mostBytes,
    ({ owner }) => owner,
    ({ bytes }) => bytes,
  );
  return kept.map(({ line }) => line).reverse();
}
