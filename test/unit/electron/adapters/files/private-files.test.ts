import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWhole, writeWhole } from '../../../../../electron/adapters/files/private-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'castkey-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writing a chosen file', () => {
  it('replaces what was there, for its owner’s eyes only, and leaves nothing beside it', async () => {
    const path = join(folder, 'a.castkey');
    writeFileSync(path, 'something longer than what comes', { mode: 0o644 });
    await writeWhole(path, 'ünï');
    expect(readFileSync(path, 'utf8')).toBe('ünï');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a.castkey']);
  });

  it('that the disk refuses leaves no trace', async () => {
    mkdirSync(join(folder, 'taken', 'in'), { recursive: true });
    await expect(writeWhole(join(folder, 'taken'), 'x')).rejects.toThrow();
    await expect(writeWhole(join(folder, 'nowhere', 'a'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('reading a chosen file', () => {
  it('gives its text up to a size', async () => {
    const path = join(folder, 'a');
    writeFileSync(path, 'ünï');
    expect(await readWhole(path, 5)).toBe('ünï');
    await expect(readWhole(path, 4)).rejects.toThrow('too large');
  });

  const words = '{"accessToken": "ünï"}\r\n';
  const little = Buffer.from(words, 'utf16le');
  it.each([
    ['UTF-8', Buffer.from(words)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${words}`)],
    ['UTF-16LE with one, as PowerShell writes', Buffer.from(`\ufeff${words}`, 'utf16le')],
    ['UTF-16LE without', little],
    ['UTF-16BE with one', Buffer.from(`\ufeff${words}`, 'utf16le').swap16()],
    ['UTF-16BE without', Buffer.from(little).swap16()],
  ])('reads %s', async (_how, bytes) => {
    const path = join(folder, 'a');
    writeFileSync(path, bytes);
    expect(await readWhole(path, 1_000)).toBe(words);
  });

  it('refuses what is no file', async () => {
    await expect(readWhole(folder, 1_000_000)).rejects.toThrow('no file');
    await expect(readWhole(join(folder, 'gone'), 10)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
