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
  ])('are read: %s', (_how, value, names) => {
    expect(read(JSON.stringify(value, null, 2))).toEqual(names.map(fromTwurple));
  });

  it('may lack a refresh token and a time', () => {
    const bare = { accessToken: 'abcd', refreshToken: null, scope: [], expiresIn: null };
    expect(read(JSON.stringify(bare))).toEqual([
      { access: 'abcd', refresh: null, clientId: null, obtainedAt: null },
    ]);
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
    ['an empty list', '[]', 'unknown'],
    ['a backup of Castkey’s', '{"castkeyBackup":1}', 'castkey-backup'],
    ['a phone book', JSON.stringify(Array.from({ length: 101 }, () => token('a'))), 'too-many'],
  ])('is told apart: %s', (_what, text, kind) => {
    expect(read(text)).toBe(kind);
  });
});
