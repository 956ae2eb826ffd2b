import { expect, test } from 'vitest';
import { SCOPES, scopeInfo, scopeMeaning } from '../../../shared/scopes.ts';

test('knows the scopes of the catalogue, each once', () => {
  expect(SCOPES.length).toBeGreaterThanOrEqual(102); // as many as Twitch had in November 2026
  expect(new Set(SCOPES.map(({ scope }) => scope)).size).toBe(SCOPES.length);
});

test('says what each lets a bot do, in words that end a sentence', () => {
  const odd = SCOPES.filter(({ words }) => !/^[a-z]/.test(words) || /[.:]$/.test(words));
  expect(odd).toEqual([]);
});

test('marks the stream key, whispers and rights over people as ones to be careful with', () => {
  for (const scope of ['channel:read:stream_key', 'user:manage:whispers', 'channel:manage:moderators']) {
    expect(scopeInfo(scope).risk).toBe('careful');
  }
});

test('takes a scope it has never heard of as it is, with care', () => {
  expect(scopeInfo('channel:manage:confetti')).toEqual({
    scope: 'channel:manage:confetti',
    words: 'use “channel:manage:confetti”',
    risk: 'careful',
    old: false,
  });
  expect(scopeMeaning('toString')).toBe('use “toString”');
});
