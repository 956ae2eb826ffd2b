import { describe, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { resultOf } from '../../../../support/test-bot.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const newestAccess = (fixture: VaultFixture): string => [...fixture.twitch.state.access.keys()].at(-1) ?? '';
const versionOnDisk = (fixture: VaultFixture): number =>
  JSON.parse(fixture.accounts.files.get(`${CLIENT_ID}-${ALICE}`) ?? '{}').tokenVersion;

describe('a renewed pair', () => {
  it('is on disk before a bot, a subscriber or a window knows of it', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('subscribe', {});
    const before = fixture.account(ALICE).expiresAt;
    fixture.time.setClockBy(4 * HOUR);
    const answer = fixture.twitch.hold('refresh');
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    const release = fixture.accounts.hold();
    answer();
    let answered = false;
    void asked.then(() => {
      answered = true;
    });
    await fixture.time.settle();
    expect(fixture.twitch.count('refresh')).toBe(1);
    expect(fixture.accounts.written.at(-1)?.name).toBe(`${CLIENT_ID}-${ALICE}`);
    expect({ answered, events: bot.events.length, expiresAt: fixture.account(ALICE).expiresAt }).toEqual({
      answered: false,
      events: 0,
      expiresAt: before,
    });
    release();
    expect(resultOf(await asked)?.accessToken).toBe(newestAccess(fixture));
    expect(versionOnDisk(fixture)).toBe(2);
    expect(bot.events.map(({ type }) => type)).toEqual(['token.changed']);
  });

  it('is not written over by what was found out about the old one meanwhile', async () => {
    const fixture = await vaultFixtureWithAlice();
    const release = fixture.accounts.hold();
    const refreshing = fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await fixture.time.settle();
    fixture.vault.resume(); // validates the token still in use, and writes down that it was
    await fixture.time.pass(SECOND);
    expect(fixture.twitch.count('validate')).toBe(1);
    release();
    await refreshing;
    await fixture.time.pass(SECOND);
    const record = JSON.parse(fixture.accounts.files.get(`${CLIENT_ID}-${ALICE}`) ?? '{}');
    const opened = await fixture.box.open(record.sealed);
    expect(JSON.parse(opened.kind === 'opened' ? opened.plain : '{}').access).toBe(newestAccess(fixture));
    expect(record.tokenVersion).toBe(2);
  });

  it('of a sign-in is on disk before anyone knows of it', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('subscribe', {});
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    const release = fixture.accounts.hold();
    await fixture.time.pass(5 * SECOND);
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read']);
    expect(bot.events).toEqual([]);
    release();
    await fixture.time.settle();
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
    expect(bot.events).toMatchObject([{ type: 'token.changed', reason: 'consent', version: 2 }]);
  });
});

describe('a disk that refuses', () => {
  it.each(['refuse', 'refuse-after'] as const)('(%s) costs nobody the token, and is told', async (fault) => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    fixture.accounts.fault = fault;
    fixture.time.setClockBy(4 * HOUR);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(token?.accessToken).toBe(newestAccess(fixture));
    expect(fixture.account(ALICE).saved).toBe(false);
    expect(fixture.account(ALICE).advice).toMatch(/could not be written/);
  });

  it('is asked again until it keeps the pair', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    fixture.accounts.fault = 'refuse';
    fixture.time.setClockBy(4 * HOUR);
    await bot.request('getAccessTokenForUser', { user: ALICE });
    expect(versionOnDisk(fixture)).toBe(1);
    await fixture.time.pass(60 * SECOND);
    expect(versionOnDisk(fixture)).toBe(1);
    fixture.accounts.fault = null;
    await fixture.time.pass(5 * SECOND);
    expect(fixture.account(ALICE).saved).toBe(true);
    expect(versionOnDisk(fixture)).toBe(2);
    await fixture.restart();
    expect(resultOf(await reconnected(fixture, bot.keys))?.accessToken).toBe(newestAccess(fixture));
  });

  it('is asked every five seconds, however often an account changes meanwhile', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.accounts.fault = 'refuse';
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    for (let turn = 0; turn < 20; turn += 1) {
      fixture.vault.resume();
      await fixture.time.pass(SECOND);
    }
    const before = fixture.accounts.written.length;
    await fixture.time.pass(10 * SECOND);
    expect(fixture.accounts.written.length - before).toBe(2);
  });

  it('is asked once more when Castkey quits', async () => {
    const fixture = await vaultFixtureWithAlice();
    const answer = fixture.twitch.hold('refresh');
    const refreshing = fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await fixture.time.settle();
    fixture.accounts.fault = 'refuse';
    answer();
    await refreshing;
    fixture.accounts.fault = null;
    await fixture.vault.stop();
    expect(versionOnDisk(fixture)).toBe(2);
  });

  it('sends no one-time token that it can’t note as sent, as long as bots have one to go on with', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.accounts.fault = 'refuse';
    const clicked = await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(clicked).toMatchObject({ ok: false, error: { message: expect.stringMatching(/disk refuses/) } });
    expect(fixture.twitch.count('refresh')).toBe(0);
    fixture.time.sleep(5 * HOUR);
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(fixture.twitch.count('refresh')).toBe(1);
  });
});

async function reconnected(fixture: VaultFixture, keys: { keyId: string; key: string }) {
  const bot = fixture.connect();
  await bot.authenticate(keys);
  return bot.request('getAccessTokenForUser', { user: ALICE });
}
