import { expect, it } from 'vitest';

// By its URL: scripts are plain JavaScript without types.
const script = new URL('../../../scripts/test/secret-shapes.mjs', import.meta.url).href;
const { secretShapes } = (await import(script)) as { secretShapes(text: string): string[] };

const token = 'k3'.repeat(15);
const key = `Ab1${'x'.repeat(40)}`;

it.each([
  ['a token', `the answer was ${token}.`, 1],
  ['a refresh token', `"refresh":"${'z9'.repeat(25)}"`, 1],
  ['a token of IRC', `PASS oauth:${token}`, 1],
  ['a pairing key', `{"key":"${key}"}`, 1],
  ['a token in a query', `?token=${token}&x=1`, 1],
  ['both', `${token} ${key}`, 2],
])('finds %s', (_what, text, count) => {
  expect(secretShapes(text)).toHaveLength(count);
});

it('does not give away what it found', () => {
  expect(secretShapes(token).join()).not.toContain(token.slice(0, 5));
});

it.each([
  ['a hash', 'a'.repeat(32) + '0'.repeat(32)],
  ['a sentence without blanks', 'thesandboxsecretthatisnosecret'],
  ['the sandbox’s own application', 'castkeysandboxpublic0000000000'],
  ['a path', `/tmp/Castkey1/${'a1B'.repeat(14)}x`],
  ['something longer', `${key}${key}`],
])('takes no offence at %s', (_what, text) => {
  expect(secretShapes(text)).toEqual([]);
});
