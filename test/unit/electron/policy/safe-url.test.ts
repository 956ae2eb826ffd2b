import { describe, expect, it } from 'vitest';
import { isSafeUrl, NAMED_PAGES } from '../../../../electron/policy/safe-url.ts';

const STAND_IN = 'http://127.0.0.1:8123';

describe('a URL for the system browser', () => {
  it.each([
    'https://www.twitch.tv/activate?device-code=ABCDEFGH',
    'https://id.twitch.tv/oauth2/authorize?client_id=a&scope=chat%3Aread+chat%3Aedit',
    'https://dev.twitch.tv/console/apps',
    'https://WWW.TWITCH.TV/activate',
    ...Object.values(NAMED_PAGES),
  ])('is opened: %s', (url) => {
    expect(isSafeUrl(url, null)).toBe(true);
  });

  it.each([
    ['', 'nothing'],
    ['twitch.tv', 'no scheme'],
    ['//www.twitch.tv/', 'no scheme'],
    ['http://www.twitch.tv/', 'not encrypted'],
    ['file:///etc/passwd', 'a file'],
    ['file://www.twitch.tv/share', 'a file share'],
    ['smb://www.twitch.tv/share', 'a file share'],
    ['\\\\www.twitch.tv\\share', 'a file share'],
    ['javascript:alert(1)', 'code'],
    ['JaVaScRiPt:alert(1)', 'code'],
    ['data:text/html,<script>1</script>', 'code'],
    ['vbscript:msgbox', 'code'],
    ['ms-msdt:/id PCWDiagnostic', 'a program'],
    ['search-ms:query=x', 'a program'],
    ['castkey://app/index.html', 'a page of Castkey’s own'],
    ['https://twitch.tv/', 'a host that is not listed'],
    ['https://passport.twitch.tv/', 'a host that is not listed'],
    ['https://www.twitch.tv.evil.example/', 'a longer host'],
    ['https://evilwww.twitch.tv/', 'a longer host'],
    ['https://www.twitch.tv@evil.example/', 'a user name that looks like the host'],
    ['https://user@www.twitch.tv/', 'a user name'],
    ['https://:pw@www.twitch.tv/', 'a password'],
    ['https://www.twitch.tv:8443/', 'another port'],
    ['https://www.twitch.tv./', 'a trailing dot'],
    ['https://www.twіtch.tv/', 'a Cyrillic letter'],
    ['https://xn--www-twtch-i7a.tv/', 'punycode'],
    ['https:\\\\www.twitch.tv\\', 'backslashes'],
    ['https://www.twitch.tv\\@evil.example/', 'a backslash'],
    [' https://www.twitch.tv/', 'a blank ahead'],
    ['https://www.twitch.tv/a b', 'a blank'],
    ['https://www.twitch.tv/\n--new-window', 'a line break'],
    ['https://www.twitch.tv/\u0000', 'NUL'],
    ['https://www.twitch.tv/"&calc', 'a quote'],
    [`https://www.twitch.tv/${'a'.repeat(5000)}`, 'too long'],
    ['http://127.0.0.1:8123/activate', 'a stand-in nobody uses'],
  ])('is refused: %s (%s)', (url) => {
    expect(isSafeUrl(url, null)).toBe(false);
  });

  it.each([
    ['http://127.0.0.1:8123/activate?device-code=A', true],
    ['http://127.0.0.1:8124/activate', false],
    ['https://127.0.0.1:8123/activate', false],
    ['http://localhost:8123/activate', false],
    ['http://127.0.0.1:8123@evil.example/', false],
    ['http://u@127.0.0.1:8123/', false],
  ])('follows the stand-in in use: %s → %s', (url, safe) => {
    expect(isSafeUrl(url, STAND_IN)).toBe(safe);
  });
});
