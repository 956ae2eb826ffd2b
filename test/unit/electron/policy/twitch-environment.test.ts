import { describe, expect, it } from 'vitest';
import { REAL_TWITCH, readStandIn, standInFolder } from '../../../../electron/policy/twitch-environment.ts';

describe('CASTKEY_TWITCH', () => {
  it.each([
    ['http://127.0.0.1:8123', 'http://127.0.0.1:8123', 'stand-in-127.0.0.1-8123'],
    ['http://127.0.0.1:8123/', 'http://127.0.0.1:8123', 'stand-in-127.0.0.1-8123'],
    ['http://localhost:3000', 'http://localhost:3000', 'stand-in-localhost-3000'],
    ['http://[::1]:3000', 'http://[::1]:3000', 'stand-in-ip6-localhost-3000'],
    ['http://localhost:80', 'http://localhost', 'stand-in-localhost-80'],
  ])('%s is a stand-in of this computer', (value, origin, folder) => {
    const read = readStandIn(value);
    expect(read).toEqual({
      environment: {
        identity: `${origin}/oauth2`,
        helix: `${origin}/helix`,
        pictures: [origin],
        origins: [origin],
        standIn: { url: origin, builtIn: false },
      },
    });
    expect(standInFolder(origin)).toBe(folder);
  });

  it.each([
    'https://127.0.0.1:8123',
    'http://127.0.0.1',
    'http://127.0.0.2:8123',
    'http://0.0.0.0:8123',
    'http://localhost.evil.example:80',
    'http://localhost:0',
    'http://localhost:65536',
    'http://localhost:8123/path',
    'http://localhost:8123?x',
    'http://localhost:8123#x',
    'http://user@localhost:8123',
    'http://localhost:8123@evil.example',
    'http://2130706433:8123',
    'http://127.1:8123',
    'http://[::ffff:127.0.0.1]:8123',
    'http://id.twitch.tv:80',
    ' http://localhost:8123',
    'http://localhost:8123\n',
    'localhost:8123',
    'on',
  ])('%s is refused in words', (value) => {
    expect(readStandIn(value)).toEqual({ problem: expect.stringContaining('http://127.0.0.1:PORT') });
  });
});

it('is, for real, at these hosts and no others', () => {
  const { identity, helix, pictures } = REAL_TWITCH;
  expect([identity, helix, ...pictures].map((url) => new URL(url).origin)).toEqual([
    'https://id.twitch.tv', // signs in, renews, validates
    'https://api.twitch.tv', // names of people, and where their pictures are
    'https://static-cdn.jtvnw.net', // those pictures, fetched without token or cookie
  ]);
});
