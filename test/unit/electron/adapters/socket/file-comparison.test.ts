import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileComparison } from '../../../../../electron/adapters/socket/file-comparison.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'castkey-files-'));
  for (const name of ['one', 'other']) writeFileSync(join(root, name), 'the same');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('two paths', () => {
  const rows: [string, string, string, boolean | null][] = [
    ['are one file', 'one', 'one', true],
    ['are one file by a link', 'one', 'link', true],
    ['are one file with two names', 'one', 'name', true],
    ['are two files with the same in them', 'one', 'other', false],
    ['are a file and nothing', 'one', 'nothing', false],
    ['are a file and a link to nowhere', 'one', 'lost', false],
    ['can’t be compared when the first leads nowhere', 'nothing', 'one', null],
  ];
  it.each(rows)('%s', async (_what, one, other, expected) => {
    symlinkSync('one', join(root, 'link'));
    symlinkSync('nothing', join(root, 'lost'));
    linkSync(join(root, 'one'), join(root, 'name'));
    expect(await createFileComparison()(join(root, one), join(root, other))).toBe(expected);
  });

  it('that don’t answer are not the same; others wait for them a while, and are then not told', async () => {
    let answer = (): void => undefined;
    const silent = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const sameFile = createFileComparison(30, async (path) => {
      if (path === 'silent') await silent;
      return path;
    });
    const [first, second] = [sameFile('one', 'silent'), sameFile('one', 'one')];
    expect([await first, await second]).toEqual([false, null]);
    answer();
    await expect.poll(() => sameFile('one', 'one')).toBe(true);
  });
});
