import { describe, expect, it } from 'vitest';
import { decideNavigation, decideRequest, staysOnPage } from '../../../../electron/policy/navigation.ts';
import { REAL_TWITCH } from '../../../../electron/policy/twitch-environment.ts';

const REAL = { origins: REAL_TWITCH.origins, redirectUri: 'http://localhost:17563/' };
const STAND_IN = { origins: ['http://127.0.0.1:8123'], redirectUri: 'http://localhost:17563/' };

describe('a Twitch page that goes somewhere', () => {
  it.each([
    ['https://id.twitch.tv/oauth2/authorize?client_id=a', 'load'],
    ['https://www.twitch.tv/login', 'load'],
    ['https://passport.twitch.tv/', 'load'],
    ['http://localhost:17563/?code=abc&state=x', 'redirect'],
    ['http://localhost:17563/?error=access_denied', 'redirect'],
    ['http://localhost:17563/other', 'refuse'],
    ['http://localhost:17564/?code=abc', 'refuse'],
    ['https://localhost:17563/?code=abc', 'refuse'],
    ['http://127.0.0.1:17563/?code=abc', 'refuse'],
    ['http://localhost:17563@evil.example/?code=abc', 'refuse'],
    ['http://id.twitch.tv/', 'refuse'],
    ['https://id.twitch.tv.evil.example/', 'refuse'],
    ['https://id.twitch.tv:444/', 'refuse'],
    ['https://u:p@id.twitch.tv/', 'refuse'],
    ['https://evil.example/', 'refuse'],
    ['file:///etc/passwd', 'refuse'],
    ['javascript:alert(1)', 'refuse'],
    ['data:text/html,hello', 'refuse'],
    ['about:blank', 'refuse'],
    ['castkey://app/index.html', 'refuse'],
    ['chrome://gpu', 'refuse'],
    ['not a url', 'refuse'],
    ['', 'refuse'],
  ] as const)('%s → %s', (url, decision) => {
    expect(decideNavigation(url, REAL)).toBe(decision);
  });

  it('has nothing to catch in a flow without a redirect', () => {
    expect(decideNavigation('http://localhost:17563/?code=a', { ...REAL, redirectUri: null })).toBe('refuse');
  });
});

describe('a request of a Twitch page', () => {
  it.each([
    ['https://static.twitchcdn.net/a.js', 'script', REAL, 'load'],
    ['https://gql.twitch.tv/gql', 'xhr', REAL, 'load'],
    ['wss://pubsub.twitch.tv/', 'webSocket', REAL, 'load'],
    ['http://static.twitchcdn.net/a.js', 'script', REAL, 'refuse'],
    ['ws://pubsub.twitch.tv/', 'webSocket', REAL, 'refuse'],
    ['http://127.0.0.1:22/', 'xhr', REAL, 'refuse'],
    ['file:///etc/passwd', 'image', REAL, 'refuse'],
    ['https://evil.example/', 'subFrame', REAL, 'refuse'],
    ['https://passport.twitch.tv/', 'subFrame', REAL, 'load'],
    ['https://evil.example/', 'mainFrame', REAL, 'refuse'],
    ['http://localhost:17563/?code=a', 'mainFrame', REAL, 'redirect'],
    ['http://localhost:17563/?code=a', 'image', REAL, 'refuse'],
    ['http://127.0.0.1:8123/style.css', 'stylesheet', STAND_IN, 'load'],
    ['https://evil.example/a.js', 'script', STAND_IN, 'refuse'],
    ['http://127.0.0.1:9000/a.js', 'script', STAND_IN, 'refuse'],
    ['nonsense', 'script', REAL, 'refuse'],
  ] as const)('%s as %s', (url, type, rules, decision) => {
    expect(decideRequest(url, type, rules)).toBe(decision);
  });
});

describe('a page of Castkey’s own', () => {
  it.each([
    ['castkey://app/index.html', 'castkey://app/index.html', true],
    ['castkey://app/index.html', 'castkey://app/index.html#accounts', true],
    ['castkey://app/index.html', 'castkey://app/approval.html', false],
    ['castkey://app/index.html', 'https://www.twitch.tv/', false],
    ['castkey://app/index.html', 'castkey://app/index.html/../approval.html', false],
    ['', '', false],
  ])('from %s to %s stays: %s', (from, to, stays) => {
    expect(staysOnPage(from, to)).toBe(stays);
  });
});
