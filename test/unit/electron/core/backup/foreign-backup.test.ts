import { describe, expect, it } from 'vitest';
import {
  type BackupContents,
  readContents,
  writeContents,
} from '../../../../../electron/core/backup/contents.ts';
import { openBackup, sealBackup } from '../../../../../electron/core/backup/envelope.ts';
import { Secret } from '../../../../../electron/core/secret.ts';
import { exported, otherVaultFixture, PASSPHRASE, restored } from '../../../../support/backup-fixture.ts';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { answers, no, offline } from '../../../../support/twitch-replies.ts';
import {
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

/** The end of time for a clock that ran ahead. */
const FAR = 4e15;
const refresh = (fixture: VaultFixture) => fixture.vault.actions['account.refresh'].run({ userId: ALICE });
const onDisk = (fixture: VaultFixture) => fixture.accounts.files.get(`${CLIENT_ID}-${ALICE}`);

/** A backup as its owner makes it, changed by somebody who knows its passphrase. */
async function forged(file: string, change: (contents: BackupContents) => void): Promise<string> {
  const opened = await openBackup(file, PASSPHRASE);
  const contents = opened.kind === 'opened' ? readContents(opened.plain) : null;
  if (contents === null) throw new Error('no backup');
  change(contents);
  return sealBackup(writeContents(contents), PASSPHRASE, { bytes: (count) => new Uint8Array(count) }, 2);
}

/** All its times lie far ahead, and its tokens are other ones. */
const withTokens = (access: string, refreshToken: string) => (contents: BackupContents) => {
  contents.madeAt = FAR;
  for (const account of contents.accounts) {
    const [newest, secrets] = [
      { obtainedAt: FAR, expiresAt: FAR, version: 2 ** 53 - 1 },
      { access, refresh: refreshToken },
    ];
    const tokens = { access: new Secret(secrets.access), refresh: new Secret(secrets.refresh) };
    account.tokens = { ...account.tokens, ...newest, ...tokens };
  }
};

describe('a foreign backup and a login that works', () => {
  it('whose tokens Twitch doesn’t know changes nothing, whatever its times', async () => {
    const fixture = await vaultFixtureWithAlice();
    const [file, before] = [await exported(fixture), onDisk(fixture)];
    const said = await restored(fixture, await forged(file, withTokens('b0gus', 'b0gus2')));
    expect(said).toContain('kept: alice stays as it is here: this login works, and Twitch no longer accepts');
    expect(onDisk(fixture)).toBe(before);
    expect(fixture.twitch.count('refresh')).toBe(0); // neither login's one-time token was spent
    expect(await refresh(fixture)).toMatchObject({ ok: true });
  });

  it('that has the access token bots get, and another refresh token, changes nothing', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    const [file, before] = [await exported(fixture), onDisk(fixture)];
    const said = await restored(fixture, await forged(file, withTokens(token?.accessToken ?? '', 'b0gus')));
    expect(said).toContain('kept: alice stays as it is here: this login is newer');
    expect(onDisk(fixture)).toBe(before);
  });

  it.each([
    ['works', false],
    ['needs a sign-in', true],
  ])('gives its bot no right to an account whose login here %s', async (_state, ended) => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    const access = ended ? 'made-up' : (token?.accessToken ?? '');
    const file = await forged(await exported(fixture), (contents) => {
      withTokens(access, 'b0gus')(contents);
      contents.bots = contents.bots.map((known) => ({
        ...known,
        keyId: 'intruder-0000001',
        name: 'intruder',
      }));
    });
    if (ended) {
      fixture.twitch.always('refresh', () => no(400, 'Invalid refresh token'));
      await refresh(fixture);
      expect(fixture.account(ALICE).state).not.toBe('ok');
    }
    await restored(fixture, file);
    const intruder = fixture.view().bots.find(({ name }) => name === 'intruder');
    expect(intruder?.grants).toEqual([]);
    expect(fixture.view().bots.find(({ name }) => name === 'bot')?.grants).toHaveLength(1);
  });

  it('with a good login of somebody else under this name is refused', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bobs = fixture.twitch.state.pair({ clientId: CLIENT_ID, userId: BOB, scopes: ['chat:read'] });
    const [file, before] = [await exported(fixture), onDisk(fixture)];
    const said = await restored(fixture, await forged(file, withTokens(bobs.access, bobs.refresh)));
    expect(said).toContain(
      'bad: alice was refused: Twitch says that the login in the backup is somebody else’s.',
    );
    expect(onDisk(fixture)).toBe(before);
  });

  it('is not taken while Twitch can’t be asked, and says so', async () => {
    const old = await vaultFixtureWithAlice([], 'confidential');
    const fixture = await otherVaultFixture(old);
    await restored(fixture, await exported(old));
    await old.time.pass(HOUR);
    await fixture.time.pass(HOUR);
    await refresh(old);
    const [file, before] = [await exported(old), onDisk(fixture)];
    fixture.twitch.always('validate', offline);
    expect(await restored(fixture, file)).toMatch(
      /kept: alice stays as it is here: Twitch can’t be reached.*once more later/,
    );
    expect(onDisk(fixture)).toBe(before);
    fixture.twitch.always('validate', null);
    expect(await restored(fixture, file)).toContain('good: alice was taken over.');
  });

  it('is taken when Twitch says that it is the newer one, though a clock here ran ahead', async () => {
    const old = await vaultFixtureWithAlice([], 'confidential');
    const fixture = await otherVaultFixture(old);
    await restored(fixture, await exported(old));
    await signInAs(old, ALICE, []); // or each would renew what the other has
    fixture.time.setClockBy(300 * 24 * HOUR);
    await signInAs(fixture, ALICE, []); // "in ten months"
    fixture.time.setClockBy(-300 * 24 * HOUR);
    await old.time.pass(HOUR);
    await fixture.time.pass(old.time.now() - fixture.time.now());
    await refresh(old);
    expect(await restored(fixture, await exported(old))).toContain('good: alice was taken over.');
    expect(await refresh(fixture)).toMatchObject({ ok: true });
  });
});

describe('a foreign backup and a login that Twitch refused', () => {
  it('is taken when it is newer, though only its refresh token is left', async () => {
    const old = await vaultFixtureWithAlice([], 'confidential');
    const fixture = await otherVaultFixture(old);
    await restored(fixture, await exported(old));
    await old.time.pass(HOUR);
    await fixture.time.pass(HOUR);
    await refresh(old);
    const file = await exported(old);
    fixture.twitch.kill('access', ALICE);
    fixture.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    expect(await refresh(fixture)).toMatchObject({ ok: false });
    expect(await restored(fixture, file)).toContain('good: alice was taken over.');
    expect(await refresh(fixture)).toMatchObject({ ok: true });
  });
});

it('has its times capped where nothing is yet, and the end of a token is soon Twitch’s word', async () => {
  const old = await vaultFixtureWithAlice();
  await pairBot(old);
  const file = await forged(await exported(old), (contents) => {
    contents.madeAt = FAR;
    for (const { tokens } of contents.accounts) Object.assign(tokens, { obtainedAt: FAR, expiresAt: FAR });
    for (const bot of contents.bots) {
      Object.assign(bot, { pairedAt: FAR, lastSeenAt: -5 });
      for (const grant of bot.grants) Object.assign(grant, { createdAt: FAR, lastUsedAt: FAR, uses: 1e300 });
    }
  });
  const fixture = await otherVaultFixture(old);
  await restored(fixture, file);
  const now = fixture.time.now();
  expect(fixture.account(ALICE).obtainedAt).toBeLessThanOrEqual(now);
  const [bot] = fixture.view().bots;
  expect([bot?.pairedAt, bot?.lastSeenAt, bot?.grants[0]?.createdAt]).toEqual([now, 0, now]);
  expect(bot?.grants[0]?.lastUsedAt).toBe(now);
  await fixture.time.pass(MINUTE);
  expect(fixture.account(ALICE).expiresAt).toBeLessThanOrEqual(fixture.time.now() + 4 * HOUR);
});

it('gives its bots no right to an account that only stayed as it was', async () => {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  const { keys } = await pairBot(fixture, [{ user: ALICE }, { user: BOB }]);
  const file = await forged(await exported(fixture), (contents) => {
    contents.accounts = contents.accounts.filter(({ userId }) => userId === ALICE);
    withTokens('b0gus', 'b0gus2')(contents);
  });
  await fixture.vault.actions['bot.remove'].run({ keyId: keys.keyId });
  const said = await restored(fixture, file);
  expect(said).toContain('is paired with the key it has, but asks you anew for');
  expect(fixture.view().bots.map(({ grants }) => grants)).toEqual([[]]);
  const bot = fixture.connect();
  expect(reasonOf(await bot.authenticate(keys))).toBe('no error');
  const asked = bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' });
  expect(reasonOf(await asked)).toBe('denied');
});

describe('is taken as damaged, in no time', () => {
  const plain = (over: object) =>
    JSON.stringify({
      madeAt: 1,
      standIn: false,
      app: null,
      accounts: [],
      intents: [],
      bots: [],
      settings: {},
      ...over,
    });
  const record = (over: object) => ({
    ...{
      version: 1,
      clientId: CLIENT_ID,
      userId: ALICE,
      login: 'alice',
      scopes: [],
      obtainedAt: 1,
      expiresAt: 1,
    },
    ...{ tokenVersion: 1, state: 'ok', trouble: '', validatedAt: null },
    ...{ sealed: '{"access":"a","refresh":"b"}', ...over },
  });
  it.each([
    ['with 200,000 accounts', { accounts: Array(200_000).fill({}) }],
    ['with 101 applications', { applications: Array(101).fill({ kind: 'public', clientId: CLIENT_ID }) }],
    ['with 200,000 bots', { bots: Array(200_000).fill({}) }],
    ['with a bot of 200,000 permissions', { bots: [{ grants: Array(200_000).fill({}) }] }],
    ['with an account of 200,000 scopes', { accounts: [record({ scopes: Array(200_000).fill('a') })] }],
    [
      'with an account of 400,000 former tokens',
      { accounts: [record({ sealed: `[${'{},'.repeat(400_000)}{}]` })] },
    ],
    [
      'with a line break in a token',
      { accounts: [record({ sealed: '{"access":"a\\r\\nX: y","refresh":"b"}' })] },
    ],
    ['with an escape in a scope', { accounts: [record({ scopes: ['chat:\u001b[2Jread'] })] }],
    ['that is a list', []],
  ])('%s', (_what, over) => {
    const text = Array.isArray(over) ? '[]' : plain(over);
    const began = performance.now();
    expect(readContents(text)).toBeNull();
    expect(performance.now() - began).toBeLessThan(1 * SECOND);
  });
});
