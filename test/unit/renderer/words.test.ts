import { describe, expect, it } from 'vitest';
import { nameWarning, safeText, shortPath, shortWords } from '../../../renderer/format/safe-text.ts';
import { byRisk, byTopic, topicOf } from '../../../renderer/format/scope-words.ts';
import {
  agoWords,
  dayWords,
  durationWords,
  lifeLeft,
  listed,
  timeLeftWords,
} from '../../../renderer/format/time-words.ts';
import {
  ANY_ACTIVITY,
  addedWords,
  byDay,
  matchesQuery,
  newestFirst,
  passesFilter,
  topicOfEntry,
} from '../../../renderer/main/activity/activity-words.ts';
import { passphraseProblem } from '../../../renderer/main/lock/passphrase.tsx';
import { appProblems } from '../../../renderer/main/onboarding/twitch-app-form.tsx';
import { addressElsewhere, groupedCode, waitingBotsWords } from '../../../renderer/sign-in/sign-in-words.ts';
import { SCOPES } from '../../../shared/scopes.ts';
import { activity, MANY_SCOPES, peer } from './vault-view-fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 22, 12);

describe('time in words', () => {
  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [900, '1 s'],
    [59_400, '60 s'],
    [MINUTE, '1 min'],
    [3 * HOUR + 12 * MINUTE, '3 h 12 min'],
    [4 * HOUR, '4 h'],
    [50 * HOUR, '2 days 2 h'],
  ])('says %i ms as %s', (ms, words) => expect(durationWords(ms)).toBe(words));

  it('tells how long a token is good', () => {
    expect(timeLeftWords(null, NOW)).toBe('never expires');
    expect(timeLeftWords(NOW, NOW)).toBe('expired');
    expect(timeLeftWords(NOW + 3 * HOUR, NOW)).toBe('3 h left');
  });

  it('keeps the bar between empty and full, whatever the clock does', () => {
    expect(lifeLeft(NOW - HOUR, NOW + HOUR, NOW)).toBe(50);
    expect(lifeLeft(NOW, NOW - HOUR, NOW)).toBe(0);
    expect(lifeLeft(NOW + 9 * HOUR, NOW + 10 * HOUR, NOW)).toBe(100);
    expect(lifeLeft(NOW, null, NOW)).toBe(100);
  });

  it('tells what is past', () => {
    expect(agoWords(NOW - 2000, NOW)).toBe('just now');
    expect(agoWords(NOW - 5 * MINUTE, NOW)).toBe('5 min ago');
    expect(agoWords(NOW - 26 * HOUR, NOW)).toBe('1 day ago');
    expect(dayWords(NOW, NOW)).toBe('Today');
    expect(dayWords(NOW - 24 * HOUR, NOW)).toBe('Yesterday');
  });
});

describe('scopes in words', () => {
  it('puts what needs most thought first and drops doubles', () => {
    const groups = byRisk(['chat:read', 'chat:edit', 'channel:read:stream_key', 'chat:read']);
    expect(groups.map(({ risk, scopes }) => [risk, scopes.length])).toEqual([
      ['careful', 1],
      ['act', 1],
      ['look', 1],
    ]);
  });

  it('treats a scope nobody knows with care', () => {
    expect(byRisk(['channel:manage:teleport'])[0]?.risk).toBe('careful');
  });

  it('offers every current scope in exactly one topic, and old ones only when held', () => {
    const offered = byTopic([], '').flatMap((group) => group.scopes.map((info) => info.scope));
    expect(offered.toSorted()).toEqual(
      SCOPES.filter((info) => !info.old)
        .map((info) => info.scope)
        .toSorted(),
    );
    expect(
      byTopic(['chat_login'], '')
        .flatMap((group) => group.scopes)
        .some(({ scope }) => scope === 'chat_login'),
    ).toBe(true);
  });

  it('finds by word and by name', () => {
    const names = (query: string) =>
      byTopic([], query).flatMap((group) => group.scopes.map((info) => info.scope));
    expect(names('slow mode')).toEqual(['moderator:manage:chat_settings']);
    expect(names('CHAT:READ')).toEqual(['chat:read']);
    expect(topicOf('user:write:chat')).toBe('Chat');
  });
});

describe('what people type', () => {
  it.each([
    ['', 'public', '', 'clientId'],
    ['two words', 'public', '', 'clientId'],
    ['https://dev.twitch.tv', 'public', '', 'clientId'],
    ['abc123', 'confidential', '', 'secret'],
  ] as const)('refuses client ID %j, %s, secret %j', (id, kind, secret, field) => {
    expect(appProblems(id, kind, secret)[field]).not.toBe('');
  });

  it('takes a public application without a secret and a confidential one with', () => {
    expect(appProblems('abc123', 'public', '')).toEqual({ clientId: '', secret: '' });
    expect(appProblems('abc123', 'confidential', 'x')).toEqual({ clientId: '', secret: '' });
  });

  it('wants a passphrase long enough, twice the same', () => {
    expect(passphraseProblem('short', 'short').first).not.toBe('');
    expect(passphraseProblem('long enough words', 'other').second).not.toBe('');
    expect(passphraseProblem('long enough words', 'long enough words')).toEqual({ first: '', second: '' });
  });
});

describe('the device code', () => {
  it.each([
    ['ABCDEFGH', ['ABCD', 'EFGH']],
    ['ABCD-EFGH', ['ABCD', 'EFGH']],
    ['ABCDEF', ['ABC', 'DEF']],
    ['ABCDE', ['ABCD', 'E']],
  ])('groups %s', (code, groups) => expect(groupedCode(code)).toEqual(groups));

  it('tells where to type it, without the code', () => {
    expect(addressElsewhere('https://www.twitch.tv/activate?device-code=ABC')).toBe('www.twitch.tv/activate');
    expect(addressElsewhere('http://192.168.0.7:3999/activate')).toBe('192.168.0.7:3999/activate');
    expect(addressElsewhere('not a url')).toBe('not a url');
  });

  it.each([
    'http://127.0.0.1:41999/activate',
    'http://localhost:3999/activate',
    'http://[::1]:3999/activate',
  ])('does not send another device to %s', (uri) => expect(addressElsewhere(uri)).toBeNull());

  it('names who waits', () => {
    expect(waitingBotsWords(['a', 'b', 'c'])).toBe('a, b and c wait for it.');
    expect(waitingBotsWords([])).toBe('You started this yourself.');
  });
});

describe('activity', () => {
  const found = (query: string) => newestFirst(activity(NOW)).filter((entry) => matchesQuery(entry, query));

  it('finds entries that have every word', () => {
    expect(found('LUNA chat:read').map((entry) => entry.kind)).toEqual(['token.served']);
    expect(found('').map((entry) => entry.id)).toEqual([100, 99, 98, 97, 96, 95]);
  });

  it('finds by what a scope means, and by the program', () => {
    expect(found('luna read chat')).toHaveLength(1);
    expect(found('bots/chat-helper/index.js')).toHaveLength(2);
  });

  it('lists an entry that came twice once, newest first', () => {
    const [first, ...rest] = activity(NOW);
    if (!first) throw new Error('no activity');
    expect(newestFirst([...rest, first, first]).map((entry) => entry.id)).toEqual([100, 99, 98, 97, 96, 95]);
  });

  it.each([
    ['token.served', { ok: true }, 'tokens'],
    ['approval', { ok: true, peer: peer({ proved: false }) }, 'bots'],
    ['approval', { ok: false, peer: peer({ proved: false }) }, 'unproved'],
    ['peer.refused', { ok: false }, 'unproved'],
    ['account.signed-in', { ok: false }, 'logins'],
    ['vault.locked', { ok: true }, 'castkey'],
    ['request.refused', { ok: false }, 'bots'],
    ['intents.changed', { ok: true }, 'logins'],
    ['unknown', { ok: true }, 'castkey'],
  ] as const)('puts %s %j among the %s', (kind, over, topic) => {
    const [entry] = activity(NOW);
    if (!entry) throw new Error('no activity');
    const odd = { ...entry, kind, peer: null, ...over };
    expect(topicOfEntry(odd)).toBe(topic);
    expect(passesFilter({ ...ANY_ACTIVITY, topic }, odd)).toBe(true);
    expect(passesFilter({ ...ANY_ACTIVITY, problems: true }, odd)).toBe(!over.ok);
  });

  it('adds to a sentence only what it does not say', () => {
    const [served, renewed] = newestFirst(activity(NOW));
    if (!served || !renewed) throw new Error('no activity');
    expect(addedWords(served)).toBe('Read chat, write in chat as you');
    expect(addedWords(renewed)).toBe('');
    expect(addedWords({ ...served, text: 'A token was lent.', scopes: MANY_SCOPES })).toBe(
      `chat-helper · luna_streams · ${MANY_SCOPES.length} permissions`,
    );
  });

  it('puts a heading over each day', () => {
    expect(
      byDay(newestFirst(activity(NOW)), NOW)
        .map(({ day }) => day)
        .slice(0, 2),
    ).toEqual(['Today', 'Yesterday']);
  });
});

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

  it('shortens only what goes on and on, and keeps both ends of a path', () => {
    expect(shortPath('/usr/bin/node')).toBe('/usr/bin/node');
    const long = shortPath(`/start/${'x'.repeat(4000)}/end`);
    expect(long.length).toBeLessThan(260);
    expect(long).toMatch(/^\/start\/.*\/end$/);
    expect(shortWords('why'.repeat(60))).toBe('why'.repeat(60));
    expect(shortWords('a'.repeat(300))).toBe(`${'a'.repeat(170)} …`);
  });

  it('lists names as people do', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  });
});
