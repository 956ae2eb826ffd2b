import { basename, dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBotName, keyFileName, keyFilePath } from '../../../../clients/javascript/src/key-path.ts';

describe('the file of a pairing key', () => {
  it.each([
    ['linux', {}, '/home/ann/.config/castkey-client/chat-bot.json'],
    ['linux', { XDG_CONFIG_HOME: '/cfg' }, '/cfg/castkey-client/chat-bot.json'],
    ['linux', { XDG_CONFIG_HOME: '~/.config' }, '/home/ann/.config/castkey-client/chat-bot.json'],
    ['linux', { XDG_CONFIG_HOME: 'cfg' }, '/home/ann/.config/castkey-client/chat-bot.json'],
    ['linux', { CASTKEY_KEY_FILE: '/k.json' }, '/k.json'],
    ['darwin', {}, '/home/ann/Library/Application Support/castkey-client/chat-bot.json'],
  ])('on %s with %o is %s', (platform, env, path) => {
    expect(keyFilePath({ platform, env, homedir: '/home/ann' }, 'chat-bot')).toBe(path);
  });

  it('is the one the program names, before the variable', () => {
    const host = { platform: 'linux', env: { CASTKEY_KEY_FILE: '/k.json' }, homedir: '/' };
    expect(keyFilePath(host, 'chat-bot', '/mine.json')).toBe('/mine.json');
  });

  it.each([
    '../../etc/passwd',
    '..',
    '.',
    'a/b',
    'a\\b',
    'C:x',
    'con',
    'nul',
    'bot.json',
    ' x',
    'x ',
    '~',
    'é',
    '-rf',
  ])('stays in its folder for a bot called %s', (name) => {
    const file = keyFileName(name);
    expect(file).toMatch(/^bot-[a-z0-9-]*\.[0-9a-f]{16}\.json$/);
    expect(dirname(`/keys/${file}`)).toBe('/keys');
  });

  it('differs for different names, even where case is ignored', () => {
    const names = [
      'bot',
      'Bot',
      'BOT',
      'bot ',
      'bot.',
      'b-ot',
      'b ot',
      'b.ot',
      'bot-',
      'bőt',
      'b\u00f6t',
      'bo\u0308t',
    ];
    expect(new Set(names.map((name) => keyFileName(name).toLowerCase())).size).toBe(names.length);
  });

  it('is a plain file name for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 }), (name) => {
        const file = keyFileName(name);
        expect(file).toMatch(/^[a-z0-9][a-z0-9_.-]*\.json$/);
        expect(basename(file)).toBe(file);
        expect(file.length).toBeLessThan(80);
      }),
    );
  });
});

describe('the name of a bot', () => {
  it.each(['chat-bot', 'Chat Bot', 'ボット', 'x'.repeat(64)])('may be %s', (name) => {
    expect(checkBotName(name)).toBe(name);
  });

  it.each(['', ' ', 'x'.repeat(65), 'a\nb', 'a\u0000', 'a\u202eb', undefined, 7])('may not be %j', (name) => {
    expect(() => checkBotName(name)).toThrow(/1 to 64 readable characters/);
  });
});
