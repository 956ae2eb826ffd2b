import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDocumentStore } from '../../../../../electron/adapters/files/document-store.ts';
import { openLineFile } from '../../../../../electron/adapters/files/line-file.ts';
import { readFileEnd, readRegularFile } from '../../../../../electron/adapters/files/regular-file.ts';
import { openConf } from '../../../../support/conf-file.ts';

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'castkey-strange-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function huge(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 3 * 1024 ** 3); // no disk space is used
}

/** What may lie where a file should be. */
const STRANGE: [string, string, (path: string) => void][] = [
  ['a link to /dev/zero', 'not a file', (path) => symlinkSync('/dev/zero', path)],
  ['a pipe', 'not a file', (path) => void execFileSync('mkfifo', [path])],
  [
    'a link to a pipe',
    'not a file',
    (path) => {
      const pipe = join(mkdtempSync(join(path, '../elsewhere-')), 'pipe');
      execFileSync('mkfifo', [pipe]);
      symlinkSync(pipe, path);
    },
  ],
  ['a folder', 'not a file', (path) => mkdirSync(join(path, 'inner'), { recursive: true })],
  ['3 GB', 'too large', huge],
];

const openStore = (folder: string, told: string[]) =>
  createDocumentStore({
    folder,
    openFile: openConf,
    now: () => 1700,
    onCorrupt: (file) => void told.push(file),
  });

describe.skipIf(process.platform === 'win32').each(STRANGE)('a document that is %s', (_what, reason, put) => {
  it('is unreadable, told and set aside; the next write is in its place', async () => {
    const [folder, told] = [freshFolder(), [] as string[]];
    put(join(folder, 'bots.json'));
    const store = openStore(folder, told);
    expect(await store.read('bots')).toEqual({ kind: 'unreadable', reason });
    expect(told).toEqual(['bots.corrupt-1700.json']);
    expect(readdirSync(folder)).toContain('bots.corrupt-1700.json');
    await store.write('bots', { n: 1 });
    expect(await store.read('bots')).toEqual({ kind: 'read', value: { n: 1 }, previous: false });
  });

  it('does not keep a write from being made, nor its copy from being read', async () => {
    const [folder, told] = [freshFolder(), [] as string[]];
    const store = openStore(folder, told);
    await store.write('bots', { n: 1 });
    rmSync(join(folder, 'bots.json'));
    put(join(folder, 'bots.json'));
    expect(await store.read('bots')).toEqual({ kind: 'read', value: { n: 1 }, previous: true });
    rmSync(join(folder, 'bots.json')); // the copy was put there
    put(join(folder, 'bots.json'));
    await store.write('bots', { n: 3 });
    expect(await openStore(folder, told).read('bots')).toMatchObject({ value: { n: 3 }, previous: false });
  });

  it('in the place of the copy is no hindrance', async () => {
    const [folder, told] = [freshFolder(), [] as string[]];
    const store = openStore(folder, told);
    put(join(folder, 'bots.previous.json'));
    expect(await store.read('bots')).toEqual({ kind: 'unreadable', reason });
    await store.write('bots', { n: 1 });
    rmSync(join(folder, 'bots.json'));
    expect(await store.read('bots')).toMatchObject({ value: { n: 1 }, previous: true });
  });
});

describe.skipIf(process.platform === 'win32').each(STRANGE)(
  'a file of lines that is %s',
  (_what, reason, put) => {
    it('is set aside, or read from its end, and lines are kept', () => {
      const path = join(freshFolder(), 'activity.jsonl');
      put(path);
      const file = openLineFile(path, 1000);
      file.append('one');
      expect(file.tail(10).at(-1)).toBe('one');
      if (reason === 'not a file') expect(file.tail(10)).toEqual(['one']);
    });

    it('put there while Castkey runs neither hangs nor stops it', () => {
      const path = join(freshFolder(), 'activity.jsonl');
      const file = openLineFile(path, 1000);
      put(path);
      try {
        file.append('one');
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(ENXIO|EISDIR)$/) });
      }
      expect(file.tail(10).length).toBeLessThanOrEqual(1);
    });
  },
);

describe('reading a file', () => {
  it('follows a link to a file, and knows what is not there', () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'a'), 'text');
    symlinkSync(join(folder, 'a'), join(folder, 'b'));
    expect(readRegularFile(join(folder, 'b'), 4)).toEqual({ kind: 'file', bytes: Buffer.from('text') });
    expect(readRegularFile(join(folder, 'a'), 3)).toEqual({ kind: 'strange', reason: 'too large' });
    expect(readRegularFile(join(folder, 'c'), 4)).toEqual({ kind: 'absent' });
    expect(readFileEnd(join(folder, 'a'), 2)).toEqual({ kind: 'file', bytes: Buffer.from('xt') });
  });

  it.skipIf(!existsSync('/proc/kallsyms'))('stops at the limit though the file says that it is empty', () => {
    expect(readRegularFile('/proc/kallsyms', 1000)).toEqual({ kind: 'strange', reason: 'too large' });
    expect(readFileEnd('/proc/kallsyms', 1000)).toMatchObject({ kind: 'file', bytes: { length: 1000 } });
  });
});

describe('writing a document', () => {
  it('asks what is there in the same step, the copy before included', async () => {
    const store = openStore(freshFolder(), []);
    await store.write('a', { n: 5 });
    const keepHigher = (n: number) => (found: unknown) => (found as { n: number }).n > n;
    expect(await store.writeUnless('a', { n: 4 }, keepHigher(4))).toBe(false);
    expect(await store.writeUnless('a', { n: 6 }, keepHigher(6))).toBe(true);
    expect(await store.writeUnless('b', { n: 1 }, () => true)).toBe(true);
    expect([await store.read('a'), await store.read('b')]).toMatchObject([
      { value: { n: 6 } },
      { value: { n: 1 } },
    ]);
  });

  it('sets one aside under a name that nobody reads', async () => {
    const folder = freshFolder();
    const store = openStore(folder, []);
    await store.write('a', { n: 5 });
    await store.setAside('a');
    expect(await store.read('a')).toEqual({ kind: 'absent' });
    expect(readdirSync(folder)).toEqual(['a.replaced-1700.json']);
    expect(await store.names()).toEqual([]);
  });

  it('is refused once the profile is another folder, and beyond all measure', async () => {
    const folder = freshFolder();
    let ours = true;
    const options = { folder, openFile: openConf, now: () => 1700, onCorrupt: () => undefined };
    const store = createDocumentStore({ ...options, mayWrite: () => ours });
    await expect(store.write('a', { text: 'x'.repeat(5 * 1024 * 1024) })).rejects.toThrow('too large');
    ours = false;
    await expect(store.write('a', { n: 1 })).rejects.toThrow('no longer where it was');
    expect(readdirSync(folder)).toEqual([]);
  });
});
