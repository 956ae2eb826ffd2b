import { describe, expect, it } from 'vitest';
import { exported } from '../../../../support/backup-fixture.ts';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  answers,
  json,
  lostAnswer,
  neverArrived,
  no,
  offline,
  text,
} from '../../../../support/twitch-replies.ts';
import {
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const get = (bot: PairedBot) => bot.request('getAccessTokenForUser', { user: ALICE });
const first = (fixture: VaultFixture): string => [...fixture.twitch.state.access.keys()][0] ?? 'none';
const liveRefreshTokens = (fixture: VaultFixture): number =>
  [...fixture.twitch.state.refresh.values()].filter(({ dead }) => !dead).length;

async function expiring(): Promise<{ fixture: VaultFixture; bot: PairedBot }> {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture);
  return { fixture, bot };
}

describe('a passing failure', () => {
  const passing = [
    ['DNS', offline],
    ['429', answers(no(429, 'slow'))],
    ['503', answers(text(503, '<html>'))],
    ['a hotel’s login page', answers(text(200, '<html>'))],
  ] as const;
  it.each(passing)('(%s) leaves the valid token in service and says since when', async (_name, fault) => {
    const { fixture, bot } = await expiring();
    fixture.twitch.always('refresh', fault);
    fixture.twitch.always('validate', fault);
    await fixture.time.pass(3 * HOUR + 55 * MINUTE);
    expect(resultOf(await get(bot))?.accessToken).toBe(first(fixture));
    expect(fixture.account(ALICE)).toMatchObject({ state: 'offline' });
    expect(fixture.account(ALICE).stateText).toMatch(/Twitch unreachable since \d\d:\d\d/);
  });

  it('becomes twitch-unreachable only when the token is over, with a time to try again', async () => {
    const { fixture, bot } = await expiring();
    fixture.twitch.always('refresh', offline);
    fixture.twitch.always('validate', offline);
    await fixture.time.pass(4 * HOUR + MINUTE);
    const answer = await get(bot);
    expect(answer).toMatchObject({ data: { code: 'twitch-unreachable', retryable: true } });
    expect('data' in answer && answer.data.retryAfterMs).toBeGreaterThan(0);
  });

  it('is followed by a try every few seconds, so that the end of it is noticed', async () => {
    const { fixture } = await expiring();
    fixture.twitch.always('refresh', offline);
    await fixture.time.pass(3 * HOUR + 50 * MINUTE);
    const before = fixture.twitch.count('refresh');
    await fixture.time.pass(5 * MINUTE);
    const tries = fixture.twitch.count('refresh') - before;
    expect(tries).toBeGreaterThanOrEqual((5 * 60 * SECOND) / (6 * SECOND));
    expect(tries).toBeLessThanOrEqual((5 * 60 * SECOND) / (2 * SECOND));
  });

  it('sends bots nothing to Twitch while the next try is not due', async () => {
    const { fixture, bot } = await expiring();
    fixture.twitch.always('refresh', answers(json(429, {}, { 'retry-after': '20' })));
    fixture.time.sleep(5 * HOUR);
    await get(bot);
    const before = fixture.twitch.count('refresh');
    for (let turn = 0; turn < 50; turn += 1) expect(reasonOf(await get(bot))).toBe('twitch-unreachable');
    expect(fixture.twitch.count('refresh')).toBe(before);
  });

  it('ends by itself when Twitch is back', async () => {
    const { fixture, bot } = await expiring();
    fixture.twitch.always('refresh', offline);
    await fixture.time.pass(4 * HOUR + MINUTE);
    fixture.twitch.always('refresh', null);
    await fixture.time.pass(MINUTE);
    expect(resultOf(await get(bot))?.version).toBe(2);
    expect(fixture.account(ALICE).state).toBe('ok');
  });

  it('with an absurd Retry-After does not silence an account for a day', async () => {
    const { fixture, bot } = await expiring();
    fixture.twitch.next('refresh', answers(json(503, {}, { 'retry-after': '86400' })));
    fixture.time.sleep(5 * HOUR);
    await get(bot);
    await fixture.time.pass(15 * MINUTE);
    expect(resultOf(await get(bot))?.version).toBe(2);
  });
});

describe('a refused refresh token', () => {
  it('is kept, not deleted: the record keeps it, and trying it anyway works when Twitch comes round', async () => {
    const { fixture, bot } = await expiring();
    fixture.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    fixture.time.sleep(5 * HOUR);
    expect(reasonOf(await get(bot))).toBe('needs-sign-in');
    expect(fixture.account(ALICE)).toMatchObject({ state: 'needs-sign-in', canRefresh: true });
    await fixture.restart();
    await fixture.time.pass(11 * SECOND);
    // Its access token has run out, so nobody can tell whether it has been used: that is hers to decide.
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(fixture.account(ALICE)).toMatchObject({ state: 'needs-sign-in' });
    expect(fixture.account(ALICE).tryAnyway).toMatch(/only once/);
    expect(fixture.twitch.count('refresh')).toBe(1);
    await fixture.vault.actions['account.tryAnyway'].run({ userId: ALICE });
    expect(fixture.account(ALICE)).toMatchObject({ state: 'ok', tryAnyway: null });
    expect(liveRefreshTokens(fixture)).toBe(1);
  });

  it('leaves the access token in service while it is valid', async () => {
    const { fixture, bot } = await expiring();
    fixture.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    await fixture.time.pass(3 * HOUR + 52 * MINUTE);
    expect(fixture.account(ALICE).state).toBe('needs-sign-in');
    expect(resultOf(await get(bot))?.accessToken).toBe(first(fixture));
  });

  it('is tried again once an hour by itself while its access token holds, and not once more', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.lifetime = (5 * HOUR) / SECOND;
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    fixture.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    const before = fixture.twitch.count('refresh');
    await fixture.time.pass(4 * HOUR + 50 * MINUTE);
    expect(fixture.account(ALICE)).toMatchObject({ state: 'needs-sign-in', tryAnyway: null });
    await fixture.time.pass(70 * MINUTE);
    const tries = fixture.twitch.count('refresh') - before;
    expect(tries).toBe(1);
    expect(fixture.account(ALICE).tryAnyway).not.toBeNull();
    await fixture.time.pass(5 * HOUR);
    expect(fixture.twitch.count('refresh') - before).toBe(tries);
  });

  it('comes right within the hour when it was wrong, as in twitchdev/issues#1037', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.lifetime = (5 * HOUR) / SECOND;
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    fixture.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    await fixture.time.pass(11 * SECOND);
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(fixture.account(ALICE)).toMatchObject({ state: 'needs-sign-in', tryAnyway: null });
    await fixture.time.pass(HOUR);
    expect(fixture.account(ALICE).state).toBe('ok');
  });

  it('of a confidential application is tried every hour: its refresh tokens work any number of times', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    fixture.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    await fixture.time.pass(4 * HOUR);
    const before = fixture.twitch.count('refresh');
    await fixture.time.pass(10 * HOUR);
    const tries = fixture.twitch.count('refresh') - before;
    expect(tries).toBeGreaterThanOrEqual(9);
    expect(tries).toBeLessThanOrEqual(22);
  });

  it('is told to bots and to the streamer at the latest when the token is over', async () => {
    const { fixture, bot } = await expiring();
    await bot.request('subscribe', {});
    fixture.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    await fixture.time.pass(3 * HOUR + 52 * MINUTE);
    expect(bot.events).toEqual([]);
    await fixture.time.pass(70 * MINUTE);
    expect(bot.events).toMatchObject([{ type: 'token.invalidated', userId: ALICE }]);
    expect(fixture.desktop.notified).toHaveLength(1);
    await fixture.time.pass(5 * HOUR);
    expect(bot.events).toHaveLength(1);
  });

  const setups = [
    ['invalid client', 400],
    ['missing client secret', 400],
    ['invalid client secret', 403],
  ] as const;
  it.each(setups)('because of “%s” means a wrong set-up, not a lost login', async (message, status) => {
    const { fixture, bot } = await expiring();
    fixture.twitch.next('refresh', answers(no(status, message)));
    fixture.time.sleep(5 * HOUR);
    expect(reasonOf(await get(bot))).toBe('setup');
    expect(fixture.account(ALICE)).toMatchObject({
      state: 'setup',
      advice: expect.stringContaining('Settings'),
    });
  });

  it('because of the set-up comes right at once when the set-up does', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    fixture.twitch.next('refresh', answers(no(403, 'invalid client secret')));
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(fixture.account(ALICE).state).toBe('setup');
    const clientSecret = fixture.twitch.state.apps.get(CLIENT_ID)?.secret ?? '';
    await fixture.vault.actions['app.configure'].run({
      clientId: CLIENT_ID,
      kind: 'confidential',
      clientSecret,
    });
    await fixture.time.pass(SECOND);
    expect(fixture.account(ALICE).state).toBe('ok');
  });
});

describe('an answer lost on the way', () => {
  it('gets one more try with the same token, which wins if the first never arrived', async () => {
    const { fixture, bot } = await expiring();
    fixture.twitch.next('refresh', neverArrived);
    fixture.time.sleep(5 * HOUR);
    expect(reasonOf(await get(bot))).toBe('twitch-unreachable');
    await fixture.time.pass(31 * SECOND);
    expect(resultOf(await get(bot))?.version).toBe(2);
    const tokens = fixture.twitch.requests.map(({ fields }) => fields.get('refresh_token')).filter(Boolean);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
  });

  it('after Twitch did it means signing in again, and the reason is told', async () => {
    const { fixture, bot } = await expiring();
    fixture.twitch.next('refresh', lostAnswer);
    await fixture.time.pass(3 * HOUR + 51 * MINUTE);
    const answer = await get(bot);
    expect(reasonOf(answer)).toBe('needs-sign-in');
    expect('message' in answer && answer.message).toMatch(/answer to a renewal was lost/);
    expect(fixture.twitch.count('refresh')).toBe(1);
  });

  it.each([
    ['it never reached Twitch', offline, true],
    ['Twitch said that it failed', answers(no(503, 'x')), false],
  ])('when %s is known after a restart, too, so that it is sent again', async (_what, fault, isInBackup) => {
    const { fixture, bot } = await expiring();
    if (isInBackup) await exported(fixture);
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    fixture.time.sleep(5 * HOUR);
    fixture.twitch.next('refresh', fault);
    fixture.twitch.always('validate', offline);
    await get(bot);
    await fixture.restart(() => {
      fixture.time.sleep(10 * HOUR);
      fixture.twitch.always('validate', null);
    });
    await fixture.time.pass(SECOND);
    expect(fixture.account(ALICE)).toMatchObject({ state: 'ok', tryAnyway: null });
  });

  it.each([
    ['Twitch is away', offline, offline],
    ['Twitch fails', answers(no(503, 'x')), offline],
    ['the answer is lost', neverArrived, offline],
  ])('tried anyway while %s is still left alone, and says so', async (_what, fault, doubt) => {
    const { fixture } = await expiring();
    fixture.twitch.next('refresh', lostAnswer);
    await fixture.time.pass(3 * HOUR + 51 * MINUTE);
    const { stateText } = fixture.account(ALICE);
    expect(stateText).toMatch(/lost on the way/);
    fixture.twitch.always('refresh', fault);
    fixture.twitch.always('validate', doubt);
    await fixture.vault.actions['account.tryAnyway'].run({ userId: ALICE });
    expect(fixture.account(ALICE)).toMatchObject({ stateText, tryAnyway: expect.any(String) });
    const sent = fixture.twitch.count('refresh');
    await fixture.time.pass(3 * HOUR);
    expect(fixture.twitch.count('refresh')).toBe(sent);
  });

  it('that never reached Twitch is not asked again at once', async () => {
    const { fixture, bot } = await expiring();
    fixture.twitch.next('refresh', offline);
    fixture.time.sleep(5 * HOUR);
    await get(bot);
    expect(fixture.twitch.count('refresh')).toBe(1);
  });
});
