import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const CALL = /\battack\(\s*'([^']+)',\s*'([^']+)',/g;

/** Every attack there is a test for, as a line of the table. */
function tested(): string[] {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  return files.flatMap((file) => {
    const calls = readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(CALL);
    return [...calls].map(
      ([, name, happens]) => `| ${name} | ${happens} | \`${file.replace('.test.ts', '')}\` |`,
    );
  });
}

it('docs/attacks.md tells what the tests hold, all of it and nothing else', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/attacks.md'), 'utf8');
  const told = text.split('\n').filter((line) => line.startsWith('| '));
  expect(told.slice(2).sort()).toEqual(tested().sort());
  expect(told.length).toBeGreaterThan(20);
});
