import type { LineStore } from '../../core/ports.ts';
import { openLineFile } from './line-file.ts';

/** Some 2,000 lines of activity, twice. */
const MOST_BYTES = 512 * 1024;

/** What the activity page tells, in a file of the profile. */
export function createActivityLines(path: string): LineStore {
  const file = openLineFile(path, MOST_BYTES);
  return {
    append: async (line) => file.append(line),
    tail: async (count) => file.tail(count),
  };
}
