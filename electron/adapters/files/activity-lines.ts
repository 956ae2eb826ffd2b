import type { LineStore } from '../../core/ports.ts';
import { openLineFile, type Thin } from './line-file.ts';

/** Some 2,000 lines of activity, twice. */
const MOST_BYTES = 512 * 1024;

/** What the activity page tells, in a file of the profile; `thin` chooses what stays when it is full. */
export function createActivityLines(path: string, thin: Thin): LineStore {
  const file = openLineFile(path, MOST_BYTES, thin);
  return {
    append: async (line) => file.append(line),
    tail: async (count) => file.tail(count),
  };
}
