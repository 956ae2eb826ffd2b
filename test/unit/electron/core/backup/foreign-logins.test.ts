import { describe, expect, it } from 'vitest';
import { readForeignFile } from '../../../../../electron/core/backup/foreign-logins.ts';

/** What was found, with its secrets laid open. */
function read(text: string) {
  const found = readForeignFile(text);
  if (found.kind !== 'logins') return found.kind;
  return found.logins.map(({ access, refresh, clientId, obtainedAt }) => ({
    access: access.reveal(),
    refresh: refresh?.reveal() ?? null,
    clientId,
    obtainedAt,
  }));
}

/** As twitch-cli's config library writes it: sorted, without quotes, the scopes as Go prints a list. */
const CLI = `ACCESSTOKEN=acc3ss
CLIENTID=cl13nt
CLIENTSECRET=s3cret
REFRESHTOKEN=r3fresh
TOKENEXPIRATION=2026-01-05T16:00:00.123456789Z
TOKENSCOPES=[chat:read chat:edit]
`;
const fromCli = { access: 'acc3ss', refresh: 'r3fresh', clientId: 'cl13nt', obtainedAt: null };
const token = (name: string) => ({
  accessToken: `${name}-access`,
  refreshToken: `${name}-refresh`,
  scope: ['chat:read'],
  expiresIn: 14_400,
  obtainmentTimestamp: 1_767_000_000_000,
});
const fromTwurple = (name: string) => ({
  access: `${name}-access`,
  refresh: `${name}-refresh`,
  clientId: null,
  obtainedAt: 1_767_000_000_000,
});

describe('a config of the Twitch CLI', () => {
  it.each([
    ['as it is written', CLI],
    ['on Windows', CLI.replaceAll('\n', '\r\n')],
    ['with quotes', CLI.replaceAll(/=(.*)/g, '="$1"')],
    ['edited by hand', `# mine\n\nexport ${CLI.replaceAll('=', ' = ')}OTHER=1=2`],
  ])('is read %s', (_how, text) => {
    expect(read(text)).toEqual([fromCli]);
  });

  it('of an application token has no refresh token', () => {
    expect(read(CLI.replace('r3fresh', ''))).toEqual([{ ...fromCli, refresh: null }]);
  });
});

describe('tokens of Twurple', () => {
  it.each([
    ['one', token('a'), ['a']],
    ['a list', [token('a'), token('b')], ['a', 'b']],
    ['by user', { 1001: token('a'), 1002: token('b') }, ['a', 'b']],
    ['beside other things', { comment: 'mine', 1001: token('a') }, ['a']],
    [
      'a level deeper',
      { streamer: { token: token('a') }, bot: { token: token('b'), name: 'x' } },
      ['a', 'b'],
    ],
    ['in a list a level deeper', { accounts: [{ id: '1', auth: token('a') }] }, ['a']],
  ])('are read: %s', (_how, value, names) => {
    expect(read(JSON.stringify(value, null, 2))).toEqual(names.map(fromTwurple));
  });

  it('may lack a refresh token and a time', () => {
    const bare = { accessToken: 'abcd', refreshToken: null, scope: [], expiresIn: null };
    expect(read(JSON.stringify(bare))).toEqual([
      { access: 'abcd', refresh: null, clientId: null, obtainedAt: null },
    ]);
  });

  it.each([
    ['digits in a text', '1767000000000', 1_767_000_000_000],
    ['a date', '2025-12-29T09:20:00.000Z', 1_767_000_000_000],
    ['the zero of Twurple’s own sample', 0, null],
    ['seconds', 1_767_000_000, null],
    ['less than nothing', -1, null],
    ['more than a date can be', 1e300, null],
    ['a blank to fill in', '__', null],
    ['an empty text', '', null],
    ['null', null, null],
    ['an object', {}, null],
  ])('may give their time as %s', (_how, obtainmentTimestamp, obtainedAt) => {
    const found = read(JSON.stringify({ ...token('a'), expiresIn: 0, obtainmentTimestamp }));
    expect(found).toEqual([{ ...fromTwurple('a'), obtainedAt }]);
  });

  it('that are odd are counted beside the good ones', () => {
    const found = readForeignFile(JSON.stringify([token('a'), { accessToken: 5 }, { accessToken: 'a\nb' }]));
    expect(found).toMatchObject({ kind: 'logins', program: 'Twurple', unreadable: 2 });
  });
});

describe('any other file', () => {
  it.each([
    ['empty', '', 'unknown'],
    ['words', 'Dear diary', 'unknown'],
    ['a config of something else', 'HOST=localhost\nPORT=80', 'unknown'],
    ['a number', '5', 'unknown'],
    ['null', 'null', 'unknown'],
    ['an empty list', '[]', 'no-token'],
    ['JSON of another shape', '{"access_token":"abcd"}', 'no-token'],
    ['tokens too deep', JSON.stringify({ a: { b: { c: { d: token('a') } } } }), 'no-token'],
    ['JSON that is cut off', '{"accessToken":"abcd",', 'broken'],
    ['a blank instead of a token', '{"accessToken":""}', 'bad-token'],
    ['two blanks, a level deeper', '{"a":{"accessToken":5},"b":{"accessToken":null}}', 'bad-token'],
    ['a backup of Castkey’s', '{"castkeyBackup":1}', 'castkey-backup'],
    ['a phone book', JSON.stringify(Array.from({ length: 101 }, () => token('a'))), 'too-many'],
  ])('is told apart: %s', (_what, text, kind) => {
    expect(read(text)).toBe(kind);
  });
});
