import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { offline } from '../../../../support/twitch-replies.ts';
import {
  click,
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const want = { user: ALICE, scopes: [['chat:read']] };
const holdsOf = (fixture: VaultFixture) => fixture.view().bots[0]?.holds;

async function served(decision: 'once' | 'for-8-hours' | 'always') {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture, [want], decision);
  const answer = await bot.request('getAccessTokenForUser', { user: ALICE });
  expect(answer).toHaveProperty('result');
  return { fixture, bot };
}

describe('a token that a bot holds', () => {
  it('after “once” is shown until it expires, over a restart', async () => {
    const { fixture } = await served('once');
    const { expiresAt } = fixture.account(ALICE);
    const held = {
      ...{ userId: ALICE, clientId: CLIENT_ID, login: 'alice', expiresAt, endable: true },
      application: expect.any(String),
    };
    expect(holdsOf(fixture)).toEqual([held]);
    await fixture.time.pass(6_000);
    await fixture.restart();
    expect(holdsOf(fixture)).toEqual([held]);
    await fixture.time.pass(4 * HOUR);
    expect(holdsOf(fixture)).toEqual([]);
  });

  it('is no news while a permission reaches the account, and is once that has ended', async () => {
    const { fixture, bot } = await served('for-8-hours');
    expect(holdsOf(fixture)).toEqual([]);
    await fixture.time.pass(8 * HOUR - MINUTE);
    await bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.pass(MINUTE);
    expect(holdsOf(fixture)).toMatchObject([{ login: 'alice' }]);
  });

  it('is gone once she ends it', async () => {
    const { fixture } = await served('once');
    expect(await fixture.vault.actions['account.rotate'].run({ userId: ALICE })).toMatchObject({ ok: true });
    expect(holdsOf(fixture)).toEqual([]);
  });

  it('is still there after a renewal, which ends nothing', async () => {
    const { fixture } = await served('once');
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(holdsOf(fixture)).toMatchObject([{ login: 'alice' }]);
  });

  it('is gone with the account', async () => {
    const { fixture } = await served('once');
    await fixture.vault.actions['account.remove'].run({ userId: ALICE });
    expect(holdsOf(fixture)).toEqual([]);
  });
});

const never = { interactive: 'never' } as const;
const appToken = async (bot: PairedBot, forceNew = false) =>
  resultOf(await bot.request('getAppAccessToken', { ...never, forceNew })).accessToken;
const endTokens = (fixture: VaultFixture) =>
  fixture.vault.actions['app.endTokens'].run({ clientId: CLIENT_ID });
/** Tokens that Twitch was told to end. */
const endedAt = ({ twitch }: VaultFixture) =>
  twitch.requests.filter(({ kind }) => kind === 'revoke').map(({ fields }) => fields.get('token'));

/** A bot that has got the application's own token. */
async function servedApp(decision: 'once' | 'for-8-hours' | 'always', seconds = 5_000_000) {
  const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
  fixture.twitch.next('app', (real) => {
    const reply = real();
    return 'body' in reply ? { ...reply, body: reply.body.replace('5000000', `${seconds}`) } : reply;
  });
  const bot = await pairBot(fixture, [{ app: true }], decision);
  return { fixture, bot, token: await appToken(bot) };
}

describe('an application’s own token that a bot holds', () => {
  const held = { userId: null, clientId: CLIENT_ID, login: null, application: expect.any(String) };

  it('after “once” is shown until it expires, and once the permission has ended', async () => {
    const { fixture } = await servedApp('once', 3_600);
    expect(holdsOf(fixture)).toMatchObject([{ ...held, endable: true }]);
    await fixture.time.pass(HOUR);
    expect(holdsOf(fixture)).toEqual([]);
    const other = await servedApp('for-8-hours');
    expect(holdsOf(other.fixture)).toEqual([]);
    await other.fixture.time.pass(8 * HOUR);
    expect(holdsOf(other.fixture)).toMatchObject([{ ...held, endable: true }]);
  });

  it('is ended at Twitch by her, former ones too, and the next one is new', async () => {
    const { fixture, bot, token } = await servedApp('for-8-hours');
    await fixture.time.pass(11 * SECOND);
    const second = await appToken(bot, true);
    await fixture.time.pass(8 * HOUR);
    expect(holdsOf(fixture)).toHaveLength(1);
    expect(await endTokens(fixture)).toEqual({ ok: true, value: undefined });
    expect(endedAt(fixture)).toEqual([token, second]);
    expect(holdsOf(fixture)).toEqual([]);
    const asked = bot.request('getAppAccessToken', {});
    await click(fixture, 'always');
    expect([token, second]).not.toContain(resultOf(await asked).accessToken);
  });

  it('is still shown if Twitch could not be told, and is given to nobody any more', async () => {
    const { fixture, bot, token } = await servedApp('once');
    fixture.twitch.next('revoke', offline);
    expect(await endTokens(fixture)).toMatchObject({ ok: false, error: { code: 'twitch' } });
    expect(holdsOf(fixture)).toMatchObject([{ endable: true }]);
    const asked = bot.request('getAppAccessToken', {});
    await click(fixture, 'once');
    expect(resultOf(await asked).accessToken).not.toBe(token);
    expect(await endTokens(fixture)).toMatchObject({ ok: true });
    expect(endedAt(fixture).filter((one) => one === token)).toHaveLength(2);
    expect(holdsOf(fixture)).toEqual([]);
  });

  it('ends by itself after a restart, for then Castkey has it no more', async () => {
    const { fixture } = await servedApp('once');
    await fixture.restart();
    expect(holdsOf(fixture)).toMatchObject([{ ...held, endable: false }]);
    expect(await endTokens(fixture)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(endedAt(fixture)).toEqual([]);
  });

  it('goes with the application', async () => {
    const { fixture, token } = await servedApp('always');
    await fixture.vault.actions['app.remove'].run({ clientId: CLIENT_ID });
    await fixture.time.settle();
    expect(endedAt(fixture)).toContain(token);
    expect(holdsOf(fixture)).toEqual([]);
  });
});

describe('a want of the application’s own token', () => {
  it('is not asked about where the application can have none, and later is told so', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, [{ app: true }, want]);
    expect(fixture.approval.shown.at(-1)?.wants.map(({ app }) => app)).toEqual([false]);
    expect(fixture.view().bots[0]?.grants.map(({ app }) => app)).toEqual([false]);
    expect(reasonOf(await bot.request('getAppAccessToken', {}))).toBe('no-app-token');
  });

  it('is not asked about of an application that the bot brings', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    const brought = { name: 'bot', twitchClientId: 'broughtbybot' };
    fixture.twitch.state.apps.set(brought.twitchClientId, { secret: null });
    await pairBot(fixture, [{ app: true }], 'always', brought);
    expect(fixture.approval.shown.at(-1)?.wants).toEqual([]);
  });
});
