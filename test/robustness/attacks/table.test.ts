import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** Folders of attacks, each with what it is called in the table's last column. */
const FOLDERS = [
  { path: 'test/robustness/attacks', prefix: '' },
  { path: 'test/e2e/attacks', prefix: 'e2e/' },
];
const CALL = /\battack\(\s*'([^']+)',\s*'([^']+)',/g;

/** Every attack there is a test for, as a line of the table. */
function tested(): string[] {
  return FOLDERS.flatMap(({ path, prefix }) => {
    const files = readdirSync(join(ROOT, path)).filter((name) => name.endsWith('.test.ts'));
    return files.flatMap((file) => {
      const calls = readFileSync(join(ROOT, path, file), 'utf8').matchAll(CALL);
      const heldBy = `\`${prefix}${file.replace('.test.ts', '')}\``;
      return [...calls].map(([, name, happens]) => `| ${name} | ${happens} | ${heldBy} |`);
    });
  });
}

it('docs/attacks.md tells what the tests hold, all of it and nothing else', () => {
  const lines = readFileSync(join(ROOT, 'docs/attacks.md'), 'utf8').split('\n');
  const told = lines.filter((line) => line.startsWith('| ') && !/^\| (Attack|---) \|/.test(line));
  expect(told.sort()).toEqual(tested().sort());
  expect(told.length).toBeGreaterThan(20);
});
