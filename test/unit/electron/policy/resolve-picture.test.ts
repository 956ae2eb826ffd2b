import { expect, it } from 'vitest';
import { resolvePicture } from '../../../../electron/policy/resolve-picture.ts';

it.each([
  ['castkey://app/people/700100001.png', '700100001'],
  ['castkey://app/people/7.png?v=0123456789ab', '7'],
])('%s is a person’s picture', (url, userId) => {
  expect(resolvePicture('GET', url)).toBe(userId);
});

it.each([
  ['POST', 'castkey://app/people/7.png'],
  ['GET', 'castkey://evil/people/7.png'],
  ['GET', 'castkey://app/people/../7.png'],
  ['GET', 'castkey://app/people/a.png'],
  ['GET', 'castkey://app/people/7.png/'],
  ['GET', 'castkey://app/people/7.png#a'],
  ['GET', 'castkey://app/people/7.png?v=..%2f'],
  ['GET', 'castkey://app/people/.png'],
  ['GET', 'castkey://app/people/7.svg'],
  ['GET', 'castkey://app/people/7.png\n'],
  ['GET', 'https://static-cdn.jtvnw.net/people/7.png'],
])('%s %s is nobody’s', (method, url) => {
  expect(resolvePicture(method, url)).toBeNull();
});
