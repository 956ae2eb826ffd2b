import type { FetchedPicture, Pictures } from '../../electron/core/ports.ts';

export interface FakePictures extends Pictures {
  /** What there is, by URL; nothing else can be reached. */
  there: Map<string, FetchedPicture>;
  /** Every URL that was asked for. */
  asked: string[];
  /** What is kept, by user ID. */
  kept: Map<string, Uint8Array>;
}

/** Pictures in memory; a text of its own stands for each. */
export function createFakePictures(): FakePictures {
  const pictures: FakePictures = {
    there: new Map(),
    asked: [],
    kept: new Map(),
    async fetch(url) {
      pictures.asked.push(url);
      return pictures.there.get(url) ?? { kind: 'unreachable', reason: 'ENOTFOUND' };
    },
    read: async (userId) => pictures.kept.get(userId) ?? null,
    write: async (userId, bytes) => void pictures.kept.set(userId, bytes),
    remove: async (userId) => void pictures.kept.delete(userId),
  };
  return pictures;
}
