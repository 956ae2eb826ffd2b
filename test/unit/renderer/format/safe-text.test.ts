import { describe, expect, it } from 'vitest';
import { nameWarning, safeText, shortPath, shortWords } from '../../../../renderer/format/safe-text.ts';

describe('words of others', () => {
  it.each([
    ['plain name', 'plain name'],
    ['a\u202eb', 'a▯b'],
    ['a\u200b\u200b\u2060b', 'a▯b'],
    ['line\nline', 'line▯line'],
    ['\ud800', '▯'],
    ['tag\u{e0041}\u{e0042}', 'tag▯'],
    ['blank\u3164\u2800letters', 'blank▯letters'],
    ['  wide\u3000\u00a0space  ', 'wide space'],
    ['👩‍💻 and 👍🏽‍❤️', '👩‍💻 and 👍🏽‍❤️'],
    ['a‍b', 'a▯b'],
    [`Z${'\u0301'.repeat(40)}algo`, `Z${'\u0301'.repeat(3)}▯algo`],
    ['שלום', 'שלום'],
  ])('shows %j as %j', (text, shown) => expect(safeText(text)).toBe(shown));

  it.each([
    ['chat-helper', ''],
    ['Zoë’s bot ▯', ''],
    ['кот', ''],
    ['chat\u200b-helper', 'hidden'],
    ['ch\u0430t-helper', 'look alike'],
  ])('has a word on the name %j: %j', (name, word) => {
    expect(nameWarning(name)).toContain(word);
    expect(nameWarning(name) === '').toBe(word === '');
  });

  it.each([
    ['dark circles', '🅜🅞🅓'],
    ['dark squares', 'b🅾t'],
    ['light circles', 'ⓜod'],
    ['letters of flags', '🇲🇴🇩'],
    ['small capitals', 'ᴍᴏᴅ'],
    ['one small capital', 'moderatɪon'],
    ['letters of formulas', '𝓜𝓸𝓭'],
    ['one wide letter', 'ｍod'],
    ['a Lisu letter', 'ꓟod'],
    ['a Cherokee letter', 'ᎷOD'],
    ['an Armenian letter', 'mօd'],
    ['a Korean letter', 'mㅇd'],
    ['a Hebrew letter', 'mסd'],
    ['a circle', 'm○d'],
  ])('has a word on %s', (_what, name) => expect(nameWarning(name)).toContain('unusual letters'));

  it.each(
    '日本語のボット Чат-бот Μποτ 채팅봇 बॉट בוט بوت บอท ᏣᎳᎩ չատ bot日本 KenのBot ロボットbot 한국bot ㅋㅋbot Əli-bot ɓot Łukasz-bot ＢＯＴ bot② bot🤖 luna♥ bot🇩🇪 🇩🇪🇦🇹bot bot™ chat•bot'.split(
      ' ',
    ),
  )('has none on %j', (name) => expect(nameWarning(name)).toBe(''));

  it('shortens only what goes on and on, and keeps both ends of a path', () => {
    expect(shortPath('/usr/bin/node')).toBe('/usr/bin/node');
    const long = shortPath(`/start/${'x'.repeat(4000)}/end`);
    expect(long.length).toBeLessThan(260);
    expect(long).toMatch(/^\/start\/.*\/end$/);
    expect(shortWords('why'.repeat(60))).toBe('why'.repeat(60));
    expect(shortWords('a'.repeat(300))).toBe(`${'a'.repeat(170)} …`);
  });
});
