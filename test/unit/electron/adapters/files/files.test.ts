import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDocumentStore } from '../../../../../electron/adapters/files/document-store.ts';
import type { OpenJsonFile } from '../../../../../electron/adapters/files/json-file.ts';
import { createActivityLines, openLineFile } from '../../../../../electron/adapters/files/line-file.ts';
import { createLog } from '../../../../../electron/adapters/files/log.ts';
import { fairShareOfLines } from '../../../../../electron/core/activity/fair-share.ts';
import { openConf } from '../../../../support/conf-file.ts';

let folder: string;
let corrupt: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'castkey-files-'));
  corrupt = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openStore = (openFile: OpenJsonFile = openConf) =>
  createDocumentStore({ folder, openFile, now: () => 1700, onCorrupt: (file) => void corrupt.push(file) });
const put = (file: string, text: string): void => writeFileSync(join(folder, file), text);
/** What is in a file, its checksum aside. */
const get = (file: string): unknown => {
  const { checksum, ...rest } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { checksum?: string };
  expect(checksum).toMatch(/^sha256:[\w-]{43}$/);
  return rest;
};

describe('the document store', () => {
  it('gives back what was written, also to a store opened later', async () => {
    await openStore().write('123', { a: [1, { b: 'é' }], 'dotted.name': 1 });
    expect(await openStore().read('123')).toEqual({
      kind: 'read',
      value: { a: [1, { b: 'é' }], 'dotted.name': 1 },
      previous: false,
    });
  });

  it('keeps files to this user alone', async () => {
    const store = openStore();
    await store.write('123', { n: 1 });
    await store.write('123', { n: 2 });
    const modes = ['.', '123.json', '123.previous.json'].map(
      (file) => statSync(join(folder, file)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  it('keeps a copy of its own bytes', async () => {
    const store = openStore();
    for (const n of [1, 2, 3]) await store.write('123', { n });
    expect([get('123.json'), get('123.previous.json')]).toEqual([{ n: 3 }, { n: 3 }]);
    expect(statSync(join(folder, '123.json')).ino).not.toBe(statSync(join(folder, '123.previous.json')).ino);
    expect(readdirSync(folder).sort()).toEqual(['123.json', '123.previous.json']);
  });

  it('writes in the order it was asked', async () => {
    const store = openStore();
    await Promise.all(Array.from({ length: 20 }, (_, n) => store.write('123', { n })));
    expect([get('123.json'), get('123.previous.json')]).toEqual([{ n: 19 }, { n: 19 }]);
  });

  it.each([
    ['torn', '{"n":'],
    ['empty', ''],
    ['only blanks', '  \n'],
    ['NULs', '\0\0\0\0'],
    ['a list', '[1]'],
    ['a text', '"hello"'],
    ['null', 'null'],
    ['changed', '{"n":3,"checksum":"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'],
    ['another document', '{"other":1}'],
  ])('reads the copy when the file is %s, sets that aside, and mends it', async (_what, text) => {
    const store = openStore();
    await store.write('123', { n: 2 });
    put('123.json', text);
    const hasN = (value: unknown): boolean => 'n' in (value as object);
    expect(await store.read('123', hasN)).toEqual({ kind: 'read', value: { n: 2 }, previous: true });
    expect(corrupt).toEqual(['123.corrupt-1700.json']);
    expect(readFileSync(join(folder, '123.corrupt-1700.json'), 'utf8')).toBe(text);
    expect(await store.read('123', hasN)).toEqual({ kind: 'read', value: { n: 2 }, previous: false });
    expect(get('123.json')).toEqual({ n: 2 });
  });

  it('tells that a damaged document without an older version is unreadable, and deletes nothing', async () => {
    put('123.json', '{');
    expect(await openStore().read('123')).toEqual({ kind: 'unreadable', reason: 'torn' });
    expect(readdirSync(folder)).toEqual(['123.corrupt-1700.json']);
  });

  it('never copies a damaged file', async () => {
    const store = openStore();
    await store.write('123', { n: 1 });
    await store.write('123', { n: 2 });
    put('123.json', '{"n":');
    await store.write('123', { n: 3 });
    expect([get('123.json'), get('123.previous.json')]).toEqual([{ n: 3 }, { n: 3 }]);
    expect(corrupt).toEqual(['123.corrupt-1700.json']);
  });

  it('does not set aside what it just can’t read now', async () => {
    symlinkSync('123.json', join(folder, '123.json'));
    expect(await openStore().read('123')).toEqual({ kind: 'unreadable', reason: 'ELOOP' });
    expect(readdirSync(folder)).toEqual(['123.json']);
  });

  it('rejects when the disk refuses, and the old version stays', async () => {
    const refusing: OpenJsonFile = () => ({
      get store() {
        return {};
      },
      set store(_value: Record<string, unknown>) {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      },
    });
    await openStore().write('123', { n: 1 });
    await expect(openStore(refusing).write('123', { n: 2 })).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await openStore().read('123')).toMatchObject({ value: { n: 1 }, previous: false });
  });

  it('rejects when the disk cuts a write short without an error', async () => {
    const cutting: OpenJsonFile = (cwd, name) => ({
      get store() {
        return {};
      },
      set store(_value: Record<string, unknown>) {
        writeFileSync(join(cwd, 'aside'), '{"n":');
        renameSync(join(cwd, 'aside'), join(cwd, `${name}.json`));
      },
    });
    await openStore().write('123', { n: 1 });
    await expect(openStore(cutting).write('123', { n: 2 })).rejects.toThrow('did not keep');
    expect(await openStore().read('123')).toEqual({ kind: 'read', value: { n: 1 }, previous: true });
  });

  it('carries on after a write that failed', async () => {
    const store = openStore();
    await expect(store.write('123', 'not an object')).rejects.toThrow(TypeError);
    await store.write('123', { n: 1 });
    expect(await store.read('123')).toMatchObject({ value: { n: 1 } });
  });

  it('names its documents, also one of which only the copy is left', async () => {
    const store = openStore();
    await store.write('b', {});
    await store.write('a', {});
    put('lost.previous.json', '{}');
    put('x.corrupt-1.json', '{');
    put('notes.txt', '');
    expect(await store.names()).toEqual(['a', 'b', 'lost']);
  });

  it('removes a document with its copy', async () => {
    const store = openStore();
    await store.write('123', { n: 1 });
    await store.write('123', { n: 2 });
    await store.remove('123');
    expect(await store.read('123')).toEqual({ kind: 'absent' });
    expect(readdirSync(folder)).toEqual([]);
    await store.write('123', { n: 3 });
    expect(await store.read('123')).toMatchObject({ value: { n: 3 }, previous: false });
  });

  it('clears away what a crash in the middle of a write left', () => {
    put('123.json.tmp-1700000000abcdef', '{"sealed":"half');
    put('123.previous.json.tmp-copy', '{}');
    openStore();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['', '..', '../a', 'a/b', 'a\\b', 'a.b', 'a\0', 'a'.repeat(101)])(
    'takes no such name: %j',
    async (name) => {
      await expect(openStore().write(name, {})).rejects.toThrow('not a name');
      await expect(openStore().read(name)).rejects.toThrow('not a name');
    },
  );
});

describe('a file of lines', () => {
  it('becomes the old one when it is full, and the one before that goes', () => {
    const file = openLineFile(join(folder, 'a.log'), 30);
    for (let n = 0; n < 20; n += 1) file.append(`line number ${n}`);
    expect(readdirSync(folder).sort()).toEqual(['a.log', 'a.previous.log']);
    expect(file.tail(3)).toEqual(['line number 17', 'line number 18', 'line number 19']);
    expect(file.tail(100).length).toBeLessThanOrEqual(4);
  });

  it('starts a new line after one that a crash cut short', () => {
    put('a.log', 'whole\nha');
    const file = openLineFile(join(folder, 'a.log'), 1000);
    file.append('next');
    expect(file.tail(10)).toEqual(['whole', 'ha', 'next']);
  });

  it('keeps an entry on one line, and to this user alone', async () => {
    const lines = createActivityLines(join(folder, 'activity.jsonl'), fairShareOfLines);
    await lines.append('{"a":1}\n{"forged":true}');
    expect(await lines.tail(5)).toEqual(['{"a":1} {"forged":true}']);
    expect(await lines.tail(0)).toEqual([]);
    expect(statSync(join(folder, 'activity.jsonl')).mode & 0o777).toBe(0o600);
  });
});

describe('a full record', () => {
  const line = (name: string, at: number): string =>
    JSON.stringify({
      ...{
        id: at,
        at,
        kind: 'token.served',
        text: `${name} ${at}`,
        bot: name,
        login: null,
        scopes: [],
        ok: true,
      },
      asker: { claimed: name, proved: true, pid: 1, uid: 1, program: null, script: null },
    });
  const told = (file: { tail(count: number): string[] }, name: string): number =>
    file.tail(Number.POSITIVE_INFINITY).filter((text) => text.includes(`"${name} `)).length;

  it('gives up lines of whoever fills it, not those of others', () => {
    const path = join(folder, 'a.jsonl');
    const file = openLineFile(path, 20_000, fairShareOfLines);
    for (let n = 1; n <= 10; n += 1) file.append(line('calm', n));
    for (let n = 11; n < 1_000; n += 1) file.append(line('noisy', n));
    expect(told(file, 'calm')).toBe(10);
    expect(told(file, 'noisy')).toBeGreaterThan(60);
    expect(file.tail(1)[0]).toContain('noisy 999');
    expect(statSync(path).size + statSync(join(folder, 'a.previous.jsonl')).size).toBeLessThan(40_000);
    expect(statSync(join(folder, 'a.previous.jsonl')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['a.jsonl', 'a.previous.jsonl']);
  });

  it('goes on when it can’t be thinned out', () => {
    const file = openLineFile(join(folder, 'a.jsonl'), 2_000, () => {
      throw new Error('no space left');
    });
    for (let n = 0; n < 40; n += 1) file.append(line('bot', n));
    expect(file.tail(1)[0]).toContain('bot 39');
    expect(readdirSync(folder).sort()).toEqual(['a.jsonl', 'a.previous.jsonl']);
  });
});

describe('the log', () => {
  it('holds no secret, in the file or on the terminal', () => {
    const token = 'z9x8c7v6b5n4m3a2s1d0f9g8h7j6k5';
    const echoed: string[] = [];
    const log = createLog({
      path: join(folder, 'a.log'),
      now: () => 0,
      echo: (line) => void echoed.push(line),
    });
    log.warn(`got ${token}`, { accessToken: token, text: `oauth:${token}` });
    log.error('failed', { error: new Error(`GET http://localhost:17563/?code=${token}`) });
    const text = readFileSync(join(folder, 'a.log'), 'utf8');
    expect(text.split('\n')).toHaveLength(3);
    expect(text + echoed.join()).not.toContain(token);
    expect(JSON.parse(text.split('\n')[0] ?? '')).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'got [hidden]',
      accessToken: '[hidden]',
      text: 'oauth:[hidden]',
    });
    expect(echoed).toHaveLength(2);
  });

  it('puts each entry on one line of the terminal, and steers it by nothing', () => {
    const echoed: string[] = [];
    const log = createLog({
      path: join(folder, 'a.log'),
      now: () => 0,
      echo: (line) => void echoed.push(line),
    });
    log.warn('a\n[1:FATAL:b', { bot: 'c\r\u009b2J\u007f' });
    expect(echoed).toEqual(['castkey: a\\x0a[1:FATAL:b {"bot":"c\\r\\x9b2J\\x7f"}']);
  });

  it('never throws, not even on a full disk', () => {
    const log = createLog({ path: join(folder, 'none', 'a.log'), now: () => 0, echo: null });
    expect(() => log.error('nowhere to go')).not.toThrow();
    expect(() => chmodSync(folder, 0o700)).not.toThrow();
  });
});
