import { describe, expect, it } from 'vitest';
import { authorityClaims } from '../../../../../electron/core/bots/authority-claims.ts';
import { looksLike, readsSame } from '../../../../../electron/core/bots/confusable-names.ts';

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

describe('names that can be taken for moderation-bot', () => {
  it.each([
    ['dark circles', '🅜🅞🅓🅔🅡🅐🅣🅘🅞🅝-🅑🅞🅣'],
    ['dark squares', '🅼🅾🅳🅴🆁🅰🆃🅸🅾🅽-🅱🅾🆃'],
    ['light circles', 'ⓜⓞⓓⓔⓡⓐⓣⓘⓞⓝ-ⓑⓞⓣ'],
    ['brackets', '⒨⒪⒟⒠⒭⒜⒯⒤⒪⒩-⒝⒪⒯'],
    ['letters of flags', '🇲🇴🇩🇪🇷🇦🇹🇮🇴🇳-🇧🇴🇹'],
    ['small capitals', 'ᴍᴏᴅᴇʀᴀᴛɪᴏɴ-ʙᴏᴛ'],
    ['raised letters', 'ᵐᵒᵈᵉʳᵃᵗⁱᵒⁿ-ᵇᵒᵗ'],
    ['a one for the i', 'moderat1on-bot'],
    ['an l for the i', 'moderatlon-bot'],
    ['a bar for the i', 'moderat|on-bot'],
    ['a mark for the i', 'moderat!on-bot'],
    ['a turned mark for the i', 'moderat¡on-bot'],
    ['a click for the i', 'moderatǀon-bot'],
    ['a three for the e', 'mod3ration-bot'],
    ['a euro for the e', 'mod€ration-bot'],
    ['an epsilon for the e', 'modεration-bot'],
    ['an at sign for the a', 'moder@tion-bot'],
    ['a dagger for the t', 'modera†ion-bot'],
    ['a plus for the t', 'modera+ion-bot'],
    ['a kana for the t', 'moderaﾅion-bot'],
    ['a tau for the t', 'moderaτion-bot'],
    ['a circle for the o', 'm○deration-b○t'],
    ['a ball for the o', 'moderati●n-bot'],
    ['an emoji for the o', 'm⭕deration-bot'],
    ['a blood group for the o', 'moderation-b🅾️t'],
    ['a circle, and another at the end', 'm○deration-bot ●'],
    ['a Korean letter for the o', 'mㅇderation-bot'],
    ['a Chinese letter for the o', 'm口deration-bot'],
    ['a Cyrillic phi for the o', 'mФderation-bot'],
    ['a Georgian letter for the o', 'mოderation-bot'],
    ['a Lisu M', 'ꓟoderation-bot'],
    ['Cyrillic letters', 'модеratiоn-bot'],
    ['a sign behind', 'moderation-bot ★ 🇩🇪'],
    ['a trade mark behind', 'moderation-bot™'],
  ])('%s', (_how, name) => {
    expect(readsSame(name, 'moderation-bot')).toBe(true);
    expect(looksLike('moderation-bot', name)).toBe(true);
  });

  it.each(['the moderation-bot', 'The M○deration Bot v2.1.exe', 'moderation-bot 2', 'moderation-bot_v12'])(
    'as another version of it: %s',
    (name) => {
      expect(looksLike(name, 'moderation-bot')).toBe(true);
      expect(readsSame(name, 'moderation-bot')).toBe(false);
    },
  );

  it.each([
    'moderation-bot.js',
    'moderation-bot.PY',
    'moderation-bot.mjs',
    'moderationbot2',
    'moderation-bot...',
  ])('with something behind it: %s', (name) => expect(looksLike(name, 'moderation-bot')).toBe(true));
});

describe('names of different bots', () => {
  const NAMES =
    'nightbot nitebot moobot streamelements streamlabs fossabot wizebot phantombot deepbot botisimo mixitup ' +
    'sery_bot soundalerts firebot streamer.bot sammi lumia kofi-bot tangia own3d crowdcontrol commanderroot ' +
    'chat-bot chat-log chat-clog clip-bot points-bot song-requests alerts raid-helper shoutout-bot timer-bot ' +
    'poll-bot quote-bot mod-bot mood-bot tts-bot tips-bot title-bot tile-bot title-tool goal-bot gold-bot ' +
    'follow-bot fellow-bot hello-bot help-bot bits-bot bets-bot bats-bot subs-bot web3-bot';

  it('are not taken for each other', () => {
    const names = NAMES.split(' ');
    const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const));
    expect(pairs.length).toBeGreaterThan(1_000);
    expect(pairs.filter(([one, other]) => looksLike(one, other))).toEqual([]);
  });

  it('are told apart by their numbers', () => {
    const names = [
      'alerts',
      'alerts 1',
      'alerts-2',
      'alerts 3',
      'alerts-5',
      'alerts v2',
      'alertss',
      'alerte',
    ];
    const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const));
    expect(pairs.filter(([one, other]) => readsSame(one, other))).toEqual([]);
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
    ['O B S', ['OBS']],
    ['O.B.S.', ['OBS']],
    ['OBSStudio', ['OBS']],
    ['obs29', ['OBS']],
    ['S t a f f', ['staff']],
    ['Tw1tch suppor7', ['Twitch', 'support']],
    ['🅒🅐🅢🅣🅚🅔🅨', ['Castkey']],
    ['C🅐stkey', ['Castkey']],
    ['🇹🇼🇮🇹🇨🇭', ['Twitch']],
    ['Castk€y', ['Castkey']],
    ['Twltch', ['Twitch']],
    ['Tvvitch', ['Twitch']],
    ['verifled', ['verified']],
    ['Authorised by the maker', ['authorised']],
    ['genuine', ['genuine']],
    ['You allowed this before', ['you allowed']],
    ['a bot known to you', ['known to you']],
    ['asked for by the system', ['the system']],
    ['verifiziert und offiziell', ['verifiziert', 'offiziell']],
    ['bot officiel, vérifié', ['officiel', 'vérifié']],
    ['bot oficial verificado', ['oficial', 'verificado']],
    ['официальный бот', ['официальный']],
    ['公式ボット', ['公式']],
    ['chat-bot ®', ['a tick or a seal']],
    ['chat-bot \u{1f6e1}\ufe0f', ['a tick or a seal']],
    ['chat-bot √ \u2b50', ['a tick or a seal', 'a star, a medal or a badge']],
    ['chat-bot \u2705', ['a tick or a seal']],
    ['chat-bot \u2714\ufe0f', ['a tick or a seal']],
  ])('%j: %j', (text, claims) => expect(authorityClaims(text)).toEqual(claims));

  it.each([
    'chat-helper',
    'Answers !commands and does its jobs',
    'observer',
    'points-bot',
    '月の助手',
    '★ Luna ★',
    'Its author is Ed • needs authentication, 24/7',
    'Sets title | game, shows alerts for subs & bits',
    'Plays sounds: 5 jobs, blobs project',
    'Liest den Chat vor',
    'Пишет в чат',
    'チャットを読み上げます',
  ])('%j borrows none', (text) => expect(authorityClaims(text)).toEqual([]));
});
