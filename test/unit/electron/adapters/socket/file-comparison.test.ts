import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFarLane } from '../../../../../electron/adapters/socket/far-lane.ts';
import { createFileComparison } from '../../../../../electron/adapters/socket/file-comparison.ts';
import { openNear } from '../../../../../electron/adapters/socket/near-file.ts';

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
    expect(await createFileComparison(createFarLane())(join(root, one), join(root, other))).toBe(expected);
  });

  it('that don’t answer are not the same, and hold up nobody whose files are near', async () => {
    const [sameFile, asked] = [createFileComparison(createFarLane(), farIfSilent, never), performance.now()];
    const silent = sameFile(join(root, 'one'), 'silent');
    expect(await sameFile(join(root, 'one'), join(root, 'one'))).toBe(true);
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(await silent).toBe(false);
    // It is known by now that nothing of the kind answers.
    const again = performance.now();
    expect(await sameFile('silent', 'silent')).toBe(false);
    expect(performance.now() - again).toBeLessThan(1000);
  });
});

const never = (() => new Promise(() => undefined)) as unknown as typeof stat;
const farIfSilent: typeof openNear = async (path) => (path === 'silent' ? 'far' : openNear(path));
