import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDocumentStore } from '../../../../../electron/adapters/files/document-store.ts';
import { openConf } from '../../../../support/conf-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'castkey-copies-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const openStore = () =>
  createDocumentStore({ folder, openFile: openConf, now: () => 1700, onCorrupt: () => undefined });
const put = (file: string, text: string): void => writeFileSync(join(folder, file), text);
const get = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const checked = (n: number) => ({ n, checksum: expect.stringMatching(/^sha256:/) as string });

describe('the copy of a document', () => {
  it.each([
    ['gone', () => rmSync(join(folder, '123.previous.json'))],
    ['damaged', () => put('123.previous.json', '{"n":')],
  ])('makes a copy that is %s anew when it reads', async (_what, damage) => {
    await openStore().write('123', { n: 2 });
    damage();
    expect(await openStore().read('123')).toEqual({ kind: 'read', value: { n: 2 }, previous: false });
    expect(get('123.previous.json')).toEqual(checked(2));
  });

  it('takes a document without a checksum as an older Castkey left it, and adds what it lacks', async () => {
    put('123.json', '{"n":2}');
    put('123.previous.json', '{"n":1}');
    expect(await openStore().read('123')).toEqual({ kind: 'read', value: { n: 2 }, previous: false });
    expect([get('123.json'), get('123.previous.json')]).toEqual([checked(2), checked(2)]);
  });

  it('goes when the document is set aside', async () => {
    const store = openStore();
    await store.write('123', { n: 1 });
    await store.setAside('123');
    expect(await store.read('123')).toEqual({ kind: 'absent' });
    expect(readdirSync(folder)).toEqual(['123.replaced-1700.json']);
  });
});
