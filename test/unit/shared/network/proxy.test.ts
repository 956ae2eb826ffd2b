import { describe, expect, it } from 'vitest';
import { isLoopback, proxiesFromSystem, proxyFromEnv } from '../../../../shared/network/proxy.ts';

const TWITCH = new URL('https://id.twitch.tv/oauth2/validate');
const at = (host: string, port: number, kind = 'http') => ({ kind, host, port, user: '', password: '' });

describe('the environment', () => {
  it.each([
    [{ HTTPS_PROXY: 'http://office:3128' }, at('office', 3128)],
    [{ https_proxy: 'office:3128' }, at('office', 3128)],
    [{ https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:2' }, at('lower', 1)],
    [{ https_proxy: '', HTTPS_PROXY: ' http://office:3128/ ' }, at('office', 3128)],
    [{ HTTPS_PROXY: 'http://office' }, at('office', 80)],
    [{ HTTPS_PROXY: 'https://office' }, at('office', 443, 'https')],
    [{ HTTPS_PROXY: 'http://[::1]:3128' }, at('::1', 3128)],
    [{ ALL_PROXY: 'socks5h://office' }, at('office', 1080, 'socks5')],
    [{ all_proxy: 'socks5://office:9' }, at('office', 9, 'socks5')],
    [
      { HTTPS_PROXY: 'http://me%40office:p%3Aw@office:1' },
      { ...at('office', 1), user: 'me@office', password: 'p:w' },
    ],
    [{ HTTPS_PROXY: 'http://me:100%@office:1' }, { ...at('office', 1), user: 'me', password: '100%' }],
  ])('names a proxy: %j', (env, proxy) => {
    expect(proxyFromEnv(TWITCH, env)).toEqual(proxy);
  });

  it.each([{}, { HTTP_PROXY: 'http://office:3128' }, { HTTPS_PROXY: '' }, { NO_PROXY: '*' }])(
    'says nothing of https, so the system decides: %j',
    (env) => {
      expect(proxyFromEnv(TWITCH, env)).toBeUndefined();
    },
  );

  it.each([
    '*',
    'id.twitch.tv',
    'twitch.tv',
    '.twitch.tv',
    '*.twitch.tv',
    'a, ID.TWITCH.TV',
    'a b twitch.tv:443',
  ])('exempts Twitch: %s', (NO_PROXY) => {
    expect(proxyFromEnv(TWITCH, { HTTPS_PROXY: 'http://office:3128', NO_PROXY })).toBeNull();
  });

  it.each(['', 'localhost,127.0.0.1', 'witch.tv', 'id.twitch.tv:8443', 'twitch.tv.example', ',', '.'])(
    'exempts others only: %s',
    (no_proxy) => {
      expect(proxyFromEnv(TWITCH, { HTTPS_PROXY: 'http://office:3128', no_proxy })).toMatchObject({
        port: 3128,
      });
    },
  );

  it.each(['http://', 'ftp://office:21', 'http://office:99999'])(
    'that names none is told of: %s',
    (HTTPS_PROXY) => {
      expect(() => proxyFromEnv(TWITCH, { HTTPS_PROXY })).toThrow('HTTPS_PROXY names no proxy');
    },
  );
});

describe('the system', () => {
  it.each([
    ['DIRECT', [null]],
    ['', [null]],
    ['PROXY office:3128', [at('office', 3128)]],
    ['PROXY a:1; SOCKS5 b:2;DIRECT', [at('a', 1), at('b', 2, 'socks5'), null]],
    ['HTTPS a:1;QUIC b:2', [at('a', 1, 'https')]],
    ['SOCKS a:1', [at('a', 1, 'socks4')]],
    ['PROXY [fd00::1]:3128', [at('fd00::1', 3128)]],
  ])('names ways: %s', (text, ways) => {
    expect(proxiesFromSystem(text)).toEqual(ways);
  });
});

it.each([
  'http://127.0.0.1:1',
  'http://127.9.9.9',
  'http://[::1]:1',
  'http://localhost',
  'http://twitch.localhost',
])('%s is this computer', (url) => {
  expect(isLoopback(new URL(url))).toBe(true);
});

it.each(['https://id.twitch.tv', 'http://127.example', 'http://localhost.example', 'http://[::2]'])(
  '%s is another one',
  (url) => {
    expect(isLoopback(new URL(url))).toBe(false);
  },
);
