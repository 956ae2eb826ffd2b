import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNear } from '../../../../../electron/adapters/socket/near-file.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'castkey-near-'));
  mkdirSync(join(root, 'folder/inner'), { recursive: true });
  writeFileSync(join(root, 'folder/file'), 'here');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The number of the file a path leads to, or what is said instead. */
async function found(path: string): Promise<number | 'far' | null> {
  const file = await openNear(path);
  if (file === null || file === 'far') return file;
  try {
    return (await file.stat()).ino;
  } finally {
    await file.close();
  }
}

describe.runIf(process.platform === 'linux')('a path', () => {
  it.each([
    ['by its name', 'folder/file'],
    ['past empty names and up again', 'folder//./inner/../file'],
    ['by a link beside it', 'beside'],
    ['by a link from the root', 'absolute'],
    ['by a link to a folder', 'to-folder/file'],
    ['by a link up and down', 'folder/inner/up/file'],
  ])('leads to the file %s', async (_how, path) => {
    symlinkSync('folder/file', join(root, 'beside'));
    symlinkSync(join(root, 'folder/file'), join(root, 'absolute'));
    symlinkSync('absolute-folder', join(root, 'to-folder'));
    symlinkSync(join(root, 'folder'), join(root, 'absolute-folder'));
    symlinkSync('../../folder', join(root, 'folder/inner/up'));
    expect(await found(`${root}/${path}`)).toBe(statSync(join(root, 'folder/file')).ino);
  });

  it('leads to the program of a process by the link the system keeps', async () => {
    expect(await found(`/proc/${process.pid}/exe`)).toBe(statSync(process.execPath).ino);
    expect(await found(`/proc/${process.pid}/root${root}/folder/file`)).toBe(
      statSync(join(root, 'folder/file')).ino,
    );
  });

  it('leads nowhere where there is nothing, or a file is taken for a folder', async () => {
    symlinkSync('nothing', join(root, 'lost'));
    for (const path of ['nothing', 'lost', 'folder/file/more']) {
      expect([path, await found(join(root, path))]).toEqual([path, null]);
    }
  });

  it('is far in a file system that isn’t known to be near, and in a circle of links', async () => {
    symlinkSync('/sys/kernel', join(root, 'elsewhere'));
    symlinkSync('circle', join(root, 'circle'));
    for (const path of ['/sys/kernel', join(root, 'elsewhere/mm'), join(root, 'circle')]) {
      expect([path, await found(path)]).toEqual([path, 'far']);
    }
  });
});
