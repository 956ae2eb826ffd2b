import { expect, it } from 'vitest';
import { Secret } from '../../../../../electron/core/secret.ts';
import { codePage } from '../../../../../electron/core/sign-in/code-page.ts';

const at = (verificationUri: string) =>
  codePage({
    verificationUri,
    userCode: 'ABCDEFGH',
    deviceCode: new Secret('the-device-code'),
    interval: 5,
    expiresIn: 1800,
  });

it.each([
  [
    'https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH',
    'https://www.twitch.tv/activate?public=true',
  ],
  ['https://www.twitch.tv/activate?device-code=ABCDEFGH', 'https://www.twitch.tv/activate'],
  ['https://www.twitch.tv/activate?c=ABCD-EFGH#abcdefgh', 'https://www.twitch.tv/activate'],
  ['https://www.twitch.tv/activate?ABCDEFGH=true', null],
  ['https://www.twitch.tv/activate/abcd-efgh', null],
  ['https://www.twitch.tv/activate/%41BCDEFGH', null],
  ['https://www.twitch.tv/a/the-device-code', null],
  ['https://www.twitch.tv/%E0%A4%A/activate', 'https://www.twitch.tv/%E0%A4%A/activate'],
  ['no address', null],
])('of %s keeps %s', (verificationUri, kept) => {
  expect(at(verificationUri)).toBe(kept);
});
