import { describe, expect, it } from 'vitest';
import { cli, imported, take, twurple, yesterdays } from '../../../../support/backup-fixture.ts';
import { HOUR, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { resultOf } from '../../../../support/test-bot.ts';
import { answers, lostAnswer, no, offline, text } from '../../../../support/twitch-replies.ts';
import {
  openVaultFixture,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

/** The other program renews its login; the access token it has from then on. */
async function renewedElsewhere(fixture: VaultFixture, refreshToken: string): Promise<string> {
  const fields = { client_id: CLIENT_ID, grant_type: 'refresh_token', refresh_token: refreshToken };
  const body = new URLSearchParams(fields).toString();
  const url = 'https://id.twitch.tv/oauth2/token';
  const reply = await fixture.twitch.http({ method: 'POST', url, headers: {}, body, timeoutMs: 1_000 });
  if (reply.kind !== 'answer') throw new Error(reply.cause);
  return (JSON.parse(reply.body) as { access_token: string }).access_token;
}
const everythingWritten = (fixture: VaultFixture): string =>
  [...fixture.accounts.written, ...fixture.documents.written].map(({ text }) => text).join('\n');

describe('importing logins', () => {
  it('takes a Twitch CLI config, checked at Twitch, and says who must stop renewing', async () => {
    const fixture = await openVaultFixture();
    const said = await imported(fixture, cli(fixture, ALICE));
    expect(said).toContain('good: alice was taken over; Twitch confirmed it.');
    expect(said).toMatch(
      /advice: From now on Castkey renews these logins\..*\(the Twitch CLI\).*delete the file/,
    );
    expect(fixture.account(ALICE)).toMatchObject({ scopes: ['chat:read'], state: 'ok', canRefresh: true });
    expect(fixture.account(ALICE).expiresAt).toBe(fixture.time.now() + 4 * HOUR);
    expect(fixture.twitch.count('validate')).toBe(1);
    expect(everythingWritten(fixture)).not.toContain('TOKENSCOPES');
    expect(await fixture.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
    await fixture.restart();
    expect(fixture.account(ALICE).state).toBe('ok');
  });

  it.each([
    ['one', (fixture: VaultFixture) => twurple(fixture, ALICE), [ALICE]],
    ['a list', (fixture: VaultFixture) => [twurple(fixture, ALICE), twurple(fixture, BOB)], [ALICE, BOB]],
    ['by user', (fixture: VaultFixture) => ({ [ALICE]: twurple(fixture, ALICE) }), [ALICE]],
  ] as const)('takes Twurple’s tokens: %s', async (_how, make, users) => {
    const fixture = await openVaultFixture();
    expect(await take(fixture, make(fixture))).toContain('(Twurple)');
    expect(fixture.view().accounts.map(({ userId }) => userId)).toEqual(users);
  });

  it('renews a dead access token, and keeps the new pair', async () => {
    const fixture = await openVaultFixture();
    const found = yesterdays(fixture, ALICE);
    fixture.twitch.kill('access', ALICE);
    expect(await take(fixture, found)).toContain('good: alice was taken over');
    expect(fixture.twitch.requests.map(({ kind }) => kind)).toEqual(['validate', 'refresh', 'validate']);
    const bot = await pairBot(fixture);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(token?.accessToken).not.toBe(found.accessToken);
    expect(await fixture.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
  });

  it('keeps what it renewed in memory if the disk refuses', async () => {
    const fixture = await openVaultFixture();
    const found = yesterdays(fixture, ALICE);
    fixture.twitch.kill('access', ALICE);
    fixture.accounts.fault = 'refuse';
    expect(await take(fixture, found)).toContain(
      'bad: alice was taken over, but the disk refuses to keep it.',
    );
    expect(fixture.account(ALICE)).toMatchObject({ state: 'ok', saved: false });
    fixture.accounts.fault = null;
    await fixture.time.pass(10 * SECOND);
    expect(fixture.account(ALICE).saved).toBe(true);
  });

  it('takes nothing that the disk refuses, as long as the file still has it', async () => {
    const fixture = await openVaultFixture();
    fixture.accounts.fault = 'refuse';
    expect(await take(fixture, twurple(fixture, ALICE))).toContain(
      'bad: alice was not taken over: the disk refuses',
    );
    expect(fixture.view().accounts).toEqual([]);
  });
});

describe('an import is refused', () => {
  const other = 'otherclient00000000000000000001';

  it('for a login that Twitch says is of another application than the file says', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.state.apps.set(other, { secret: null });
    const token = { ...twurple(fixture, ALICE), clientId: other };
    expect(await take(fixture, token)).toMatch(
      /^bad: alice was refused: Twitch says that it belongs to another/,
    );
    expect([fixture.view().accounts, fixture.view().applications.length]).toEqual([[], 1]);
  });

  it('when its application is confidential, and the file has no secret', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.state.apps.set(other, { secret: fixture.twitch.state.secret('client') });
    expect(await take(fixture, twurple(fixture, ALICE, [], other))).toMatch(
      /^bad: alice was not taken over: .*is Confidential.*Settings/,
    );
    expect([fixture.view().accounts, fixture.view().applications.length]).toEqual([[], 1]);
  });

  it('when Twitch doesn’t know its application', async () => {
    const fixture = await openVaultFixture();
    expect(await take(fixture, twurple(fixture, ALICE, [], other))).toMatch(
      /^bad: alice was not taken over: Twitch says: invalid client.*Settings/,
    );
    expect([fixture.view().accounts, fixture.view().applications.length]).toEqual([[], 1]);
  });

  it('when the disk refuses its application, and nothing of the login is used up', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.state.apps.set(other, { secret: null });
    fixture.documents.fault = 'refuse';
    const token = { ...yesterdays(fixture, ALICE, [], other), clientId: other };
    fixture.twitch.kill('access', ALICE);
    expect(await take(fixture, token)).toMatch(/^bad: .*the disk refuses to keep its Twitch application/);
    const sent = fixture.twitch.requests.map(({ fields }) => fields.get('refresh_token'));
    expect(sent).not.toContain(token.refreshToken);
  });

  it('for a token of an application', async () => {
    const fixture = await openVaultFixture();
    const body = JSON.stringify({
      client_id: CLIENT_ID,
      login: null,
      user_id: null,
      scopes: null,
      expires_in: 9,
    });
    fixture.twitch.always('validate', answers(text(200, body)));
    expect(await take(fixture, { ...twurple(fixture, ALICE), refreshToken: null })).toMatch(
      /^bad: .*not of an account/,
    );
  });

  it.each([
    [
      'both tokens are dead',
      (fixture: VaultFixture) => fixture.twitch.kill('refresh', ALICE),
      'Twitch doesn’t accept it any more',
    ],
    [
      'Twitch is away',
      (fixture: VaultFixture) => fixture.twitch.always('validate', offline),
      'Twitch can’t be reached',
    ],
    [
      'the answer to the renewal is lost',
      (fixture: VaultFixture) => fixture.twitch.next('refresh', lostAnswer),
      'answer was lost on the way',
    ],
    [
      'Twitch refuses the application',
      (fixture: VaultFixture) => fixture.twitch.next('refresh', answers(no(403, 'invalid client secret'))),
      'Twitch says “invalid client secret”',
    ],
  ])('when %s', async (_what, spoil, reason) => {
    const fixture = await openVaultFixture();
    const found = yesterdays(fixture, ALICE);
    fixture.twitch.kill('access', ALICE);
    spoil(fixture);
    const said = await take(fixture, found);
    expect(said).toMatch(/^bad: The login in the file was not taken over: /);
    expect(said).toContain(reason);
    expect(fixture.view().accounts).toEqual([]);
  });

  it('when its token ended before its time: sending the refresh token again would end all there is', async () => {
    const fixture = await openVaultFixture();
    const found = twurple(fixture, ALICE);
    const bots = await renewedElsewhere(fixture, found.refreshToken);
    expect(await take(fixture, found)).toMatch(/^bad: .*renewed it since, or it was disconnected at Twitch/);
    expect(fixture.twitch.count('refresh')).toBe(1); // the other program's
    expect(fixture.twitch.state.access.get(bots)?.dead).toBe(false);
  });

  it('when a dead bare token is all there is', async () => {
    const fixture = await openVaultFixture();
    const found = { ...twurple(fixture, ALICE), refreshToken: null };
    fixture.twitch.kill('access', ALICE);
    expect(await take(fixture, found)).toContain('Twitch doesn’t accept it any more');
    expect(fixture.twitch.count('refresh')).toBe(0);
  });

  it.each([
    ['no logins', 'hello', 'No login was found'],
    ['a backup', '{"castkeyBackup":1}', 'use “Restore a backup”'],
  ])('for a file with %s', async (_what, file, reason) => {
    const fixture = await openVaultFixture();
    expect(await imported(fixture, file)).toMatch(new RegExp(`^refused: .*${reason}`));
  });

  it('one login at a time: the others are taken', async () => {
    const fixture = await openVaultFixture();
    const dead = twurple(fixture, BOB);
    for (const kind of ['access', 'refresh'] as const) fixture.twitch.kill(kind, BOB);
    const said = await take(fixture, [dead, twurple(fixture, ALICE), { accessToken: 1 }]);
    expect(said.split('\n').map((line) => line.slice(0, 40))).toEqual([
      'bad: Login 1 in the file was not taken o',
      'good: alice was taken over; Twitch confi',
      'bad: 1 more in the file could not be rea',
      'advice: From now on Castkey renews these',
    ]);
  });

  it('while Castkey is locked or has no application', async () => {
    const fixture = await openVaultFixture();
    await fixture.vault.actions['vault.lock'].run();
    expect(await take(fixture, twurple(fixture, ALICE))).toMatch(/^locked: /);
  });
});

describe('a login that is here', () => {
  const here = (fixture: VaultFixture) => fixture.accounts.files.get(`${CLIENT_ID}-${ALICE}`);

  it.each([
    [
      'has more permissions',
      (fixture: VaultFixture) => twurple(fixture, ALICE, []),
      'has permissions that the other one lacks',
    ],
    [
      'is newer',
      (fixture: VaultFixture) => ({
        ...twurple(fixture, ALICE, ['chat:read', 'bits:read']),
        obtainmentTimestamp: 1,
      }),
      'works and is newer',
    ],
    [
      'renews itself',
      (fixture: VaultFixture) => ({ ...twurple(fixture, ALICE), refreshToken: null }),
      'renews itself',
    ],
  ])('stays when it %s', async (_how, make, reason) => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.time.pass(SECOND);
    const before = here(fixture);
    const said = await take(fixture, make(fixture));
    expect(said).toMatch(/^kept: alice stays as it is: /);
    expect(said).toContain(reason);
    expect(here(fixture)).toBe(before);
  });

  it('stays when the file doesn’t say how old its login is', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.time.pass(SECOND);
    expect(await imported(fixture, cli(fixture, ALICE))).toContain('works and is newer');
  });

  it('is not renewed behind its own back when the file has the same login', async () => {
    const fixture = await openVaultFixture();
    const found = twurple(fixture, ALICE);
    await take(fixture, found);
    fixture.twitch.kill('access', ALICE);
    fixture.twitch.requests.length = 0;
    expect(await take(fixture, found)).toContain('kept: alice stays as it is: it is here already');
    expect(fixture.twitch.requests).toEqual([]);
  });

  it('gives way to one that is newer and has as much', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.time.pass(HOUR);
    expect(await take(fixture, twurple(fixture, ALICE, ['chat:read', 'chat:edit']))).toContain('good: alice');
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
  });

  it('gives way to an older one that works when Twitch refuses it', async () => {
    const fixture = await openVaultFixture();
    const found = twurple(fixture, ALICE);
    await fixture.time.pass(SECOND);
    await signInAs(fixture, ALICE);
    fixture.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(fixture.account(ALICE).state).toBe('needs-sign-in');
    expect(await take(fixture, found)).toContain('good: alice was taken over');
    expect(fixture.account(ALICE).state).toBe('ok');
  });
});
