import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createPictureFiles } from '../../../../../electron/adapters/files/picture-files.ts';

function openFiles(mayWrite = true) {
  const above = mkdtempSync(join(tmpdir(), 'ck-'));
  onTestFinished(() => rmSync(above, { recursive: true }));
  const folder = join(above, 'pictures');
  return { folder, files: createPictureFiles({ folder, mayWrite: () => mayWrite }) };
}

test('a picture is kept for its owner alone, replaced as a whole, and removed', async () => {
  const { folder, files } = openFiles();
  expect(await files.read('1')).toBeNull();
  expect(existsSync(folder)).toBe(false);
  await files.write('1', Buffer.from('one'));
  await files.write('1', Buffer.from('two'));
  expect(await files.read('1')).toEqual(Buffer.from('two'));
  expect(readdirSync(folder)).toEqual(['1.png']);
  if (process.platform !== 'win32') expect(statSync(join(folder, '1.png')).mode & 0o777).toBe(0o600);
  await files.remove('1');
  await files.remove('1');
  expect(await files.read('1')).toBeNull();
});

test.each(['', '../1', '1/2', 'a', '1.png', '123456789012345678901'])(
  'nobody is called %j',
  async (userId) => {
    const { files } = openFiles();
    await expect(files.write(userId, Buffer.from('one'))).rejects.toThrow('not a user ID');
    await expect(files.read(userId)).rejects.toThrow('not a user ID');
  },
);

test('nothing is written that is too large, or while the profile is elsewhere', async () => {
  const { folder, files } = openFiles();
  await expect(files.write('1', Buffer.alloc(100_001))).rejects.toThrow('too large');
  const moved = openFiles(false);
  await expect(moved.files.write('1', Buffer.from('one'))).rejects.toThrow('no longer');
  expect([folder, moved.folder].filter(existsSync)).toEqual([]);
});
