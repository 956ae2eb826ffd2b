import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEFAULT_COST, openBackup, sealBackup } from '../../../../../electron/core/backup/envelope.ts';

const random = { bytes: (count: number): Uint8Array => randomBytes(count) };
const PLAIN = JSON.stringify({ logins: ['zzSECRETzz', 'ünï'] });
const seal = (plain = PLAIN): Promise<string> => sealBackup(plain, 'a few random words', random, 2);
const open = (file: string, passphrase = 'a few random words') => openBackup(file, passphrase);

describe('the envelope of a backup', () => {
  it('opens with its passphrase, and holds nothing in plain', async () => {
    const file = await seal();
    expect(await open(file)).toEqual({ kind: 'opened', plain: PLAIN });
    expect(file).not.toContain('SECRET');
    expect(await open(`\n${file}\r\n`)).toMatchObject({ kind: 'opened' });
  });

  it('says how it is made, with the default cost unless told', async () => {
    const file = await sealBackup('x', 'a few random words', random);
    expect(JSON.parse(file)).toMatchObject({
      castkeyBackup: 2,
      kdf: { name: 'scrypt', N: 2 ** 17, r: 8, p: 1 },
      cipher: 'aes-256-gcm',
    });
    expect(DEFAULT_COST).toBe(2 ** 17);
  }, 30_000);

  it('is another text each time', async () => {
    const [one, other] = [JSON.parse(await seal()), JSON.parse(await seal())];
    for (const part of ['salt', 'nonce', 'data']) expect(one[part]).not.toBe(other[part]);
  });

  it('takes a passphrase however the keyboard spells its accents', async () => {
    const file = await sealBackup(PLAIN, 'caf\u00e9 cr\u00e8me br\u00fbl\u00e9e', random, 2);
    expect(await open(file, 'cafe\u0301 cre\u0300me bru\u0302le\u0301e')).toMatchObject({ kind: 'opened' });
  });

  it('stays shut for another passphrase', async () => {
    expect(await open(await seal(), 'a few random word')).toEqual({ kind: 'wrong-passphrase' });
  });

  it('stays shut when any one bit of it is changed', async () => {
    const file = Buffer.from(await seal('x'));
    for (let at = 0; at < file.length; at += 1) {
      for (const bit of [1, 32]) {
        const changed = Buffer.from(file);
        changed[at] = (changed[at] ?? 0) ^ bit;
        expect((await open(changed.toString('latin1'))).kind, `byte ${at}`).not.toBe('opened');
      }
    }
  });

  it('has one spelling only', async () => {
    const value = JSON.parse(await seal('x'));
    const { data } = value; // 17 bytes: two bits of the last letter mean nothing
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const opened = [];
    for (const letter of letters) {
      const file = JSON.stringify({ ...value, data: `${data.slice(0, -1)}${letter}` });
      if ((await open(file)).kind === 'opened') opened.push(letter);
    }
    expect(opened).toEqual([data.at(-1)]);
    expect(await open(JSON.stringify(value, null, 1))).toEqual({ kind: 'damaged' });
  });

  it('stays shut when it is cut off anywhere, and says so', async () => {
    const file = await seal();
    for (let length = 1; length < file.length; length += 1) {
      const { kind } = await open(file.slice(0, length));
      expect(kind).toBe(length < '{"castkeyBackup"'.length ? 'foreign' : 'damaged');
    }
  });

  it.each([
    ['a newer one', '{"castkeyBackup":3,"more":true}', 'newer'],
    ['an empty file', '', 'foreign'],
    ['other JSON', '{"accessToken":"x"}', 'foreign'],
    ['a list', '[1]', 'foreign'],
    ['a picture', '\u0089PNG', 'foreign'],
    ['null', 'null', 'foreign'],
  ])('tells apart: %s', async (_what, file, kind) => {
    expect(await open(file)).toEqual({ kind });
  });

  it.each([
    [{ N: 2 ** 24 }, 'too-costly'],
    [{ N: 2 ** 20 }, 'too-costly'],
    [{ N: 2 ** 19 }, 'too-costly'],
    [{ N: 2 ** 14, r: 2 ** 20 }, 'too-costly'],
    [{ N: 2 ** 17, p: 4 }, 'too-costly'],
    [{ N: 2 ** 53 }, 'too-costly'],
    [{ N: 100_000 }, 'damaged'],
    [{ N: 0 }, 'damaged'],
    [{ N: -(2 ** 40) }, 'damaged'],
    [{ p: 2 }, 'damaged'],
    [{ name: 'md5' }, 'damaged'],
  ])('is not worked on when its author asks for %j', async (kdf, kind) => {
    const value = JSON.parse(await seal());
    const file = JSON.stringify({ ...value, kdf: { ...value.kdf, ...kdf } });
    expect(await open(file)).toEqual({ kind });
  });
});
