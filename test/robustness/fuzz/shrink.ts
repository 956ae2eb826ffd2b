/** Makes a case that fails small enough to be read. */
import type { Step } from './step.ts';

/**
 * Takes steps away as long as it still fails, first many at a time, then one by one; then makes what is
 * left plain. `fails` plays the steps from the start.
 */
export async function shrink(
  steps: readonly Step[],
  fails: (steps: Step[]) => Promise<boolean>,
): Promise<Step[]> {
  let now = [...steps];
  for (let size = Math.ceil(now.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < now.length; ) {
      const fewer = [...now.slice(0, at), ...now.slice(at + size)];
      if (await fails(fewer)) now = fewer;
      else at += size;
    }
  }
  for (const [at, step] of now.entries()) {
    if (step.do !== 'say') continue;
    const { do: what, on, text } = step;
    const plain = now.with(at, { do: what, on, text });
    if (await fails(plain)) now = plain;
  }
  return now;
}
