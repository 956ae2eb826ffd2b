/** Tests that are rows of docs/attacks.md. */
import { it, type TestContext } from 'vitest';

/**
 * One row of docs/attacks.md: the attack, and what becomes of it in the words of that table. The test
 * that holds the table reads both from the call, so they are plain texts in single quotes.
 */
export function attack(
  name: string,
  happens: string,
  run: (context: TestContext) => Promise<void>,
  timeout = 20_000,
): void {
  it(`${name}: ${happens}`, { timeout }, run);
}
