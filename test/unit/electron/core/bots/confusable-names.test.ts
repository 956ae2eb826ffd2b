import { describe, expect, it } from 'vitest';
import { authorityClaims } from '../../../../../electron/core/bots/authority-claims.ts';
import { looksLike } from '../../../../../electron/core/bots/confusable-names.ts';

describe('names that can be taken for luna-helper', () => {
  it.each([
    ['a capital I for the l', 'luna-heIper'],
    ['a digit one for the l', '1una-helper'],
    ['a bar for the l', '|una-helper'],
    ['a Latin alpha', 'lun\u0251-helper'],
    ['a Cyrillic a', 'lun\u0430-helper'],
    ['an Armenian u', 'l\u057dna-helper'],
    ['a Lisu L', '\ua4e1una-helper'],
    ['a Roman numeral for the l', '\u217cuna-helper'],
    ['a dot below', 'l\u1ee5na-helper'],
    ['a letter that is an apostrophe', 'luna\u02bc-helper'],
    ['a stroke through the l', '\u0142una-helper'],
    ['full width', 'ｌｕｎａ－ｈｅｌｐｅｒ'],
    ['other separators', 'Luna Helper'],
    ['capitals', 'LUNA_HELPER'],
    ['bold mathematical letters', '𝐥𝐮𝐧𝐚-𝐡𝐞𝐥𝐩𝐞𝐫'],
    ['a Cherokee h', 'luna-\u13c2elper'],
  ])('%s', (_how, name) => {
    expect(looksLike(name, 'luna-helper')).toBe(true);
    expect(looksLike('luna-helper', name)).toBe(true);
  });

  it.each(['luna-helpers', 'tuna-helper', 'helper-luna', 'luna', '月の助手', '!'])('%s can not', (name) => {
    expect(looksLike(name, 'luna-helper')).toBe(false);
  });

  it('goes for rn and m, o and zero, and for names of signs alone', () => {
    expect([looksLike('rnodbot', 'modbot'), looksLike('b0t', 'bot'), looksLike('!!', '!!')]).toEqual([
      true,
      true,
      true,
    ]);
    expect(looksLike('!!', '??')).toBe(false);
  });
});

describe('borrowed authority', () => {
  it.each([
    ['castkey-helper', ['Castkey']],
    ['Cast Key', ['Castkey']],
    ['ｃａｓｔｋｅｙ', ['Castkey']],
    ['c\u0430stkey', ['Castkey']],
    ['Tw1tch Support', ['Twitch', 'support']],
    ['OBS', ['OBS']],
    ['official chat bot', ['official']],
    ['0ffici@l', ['official']],
    ['Verified by nobody', ['verified']],
    ['chat-bot \u2705', ['a tick or a seal']],
    ['chat-bot \u2714\ufe0f', ['a tick or a seal']],
  ])('%j: %j', (text, claims) => expect(authorityClaims(text)).toEqual(claims));

  it.each(['chat-helper', 'Answers !commands and does its jobs', 'observer', 'points-bot', '月の助手'])(
    '%j borrows none',
    (text) => expect(authorityClaims(text)).toEqual([]),
  );
});
