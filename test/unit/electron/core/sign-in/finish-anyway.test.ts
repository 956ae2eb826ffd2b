import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

type Button = 'here' | 'browser' | 'copyLink' | 'back' | 'goOn' | 'again' | 'cancel';

const press = (fixture: VaultFixture, button: Button) =>
  fixture.vault.actions[`signIn.${button}`].run({ id: fixture.signIn.current?.id ?? 'none' });
const wants = (bot: PairedBot, user: string, timeoutMs: number) =>
  bot.request('getAccessTokenForUser', { user, scopeSets: [['chat:edit']], timeoutMs });

/** A bot wants a permission and waits so long; these buttons are pressed meanwhile. */
async function asked(timeoutMs: number, buttons: Button[] = []) {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture);
  const answer = wants(bot, ALICE, timeoutMs);
  await fixture.time.settle();
  for (const button of buttons) expect(await press(fixture, button)).toMatchObject({ ok: true });
  return { fixture, bot, answer };
}

describe('a bot that stops waiting', () => {
  const begun: Button[][] = [[], ['here'], ['browser'], ['copyLink'], ['here', 'back']];
  it.each(begun.map((buttons) => [buttons.join(', ') || 'nothing pressed', buttons] as const))(
    'leaves the window to the streamer, who finishes it: %s',
    async (_name, buttons) => {
      const { fixture, answer } = await asked(7 * SECOND, [...buttons]);
      const before = fixture.signIn.current;
      const page = fixture.signIn.page;
      await fixture.time.pass(7 * SECOND);
      expect(reasonOf(await answer)).toBe('consent-timeout');
      expect(fixture.signIn.current).toMatchObject({
        ...{ id: before?.id, stage: before?.stage, userCode: before?.userCode },
        ...{ bots: [], stopped: ['bot'], abandoned: true, newScopes: ['chat:edit'] },
      });
      expect(fixture.signIn.page).toBe(page);
      fixture.twitch.decide(ALICE);
      await fixture.time.pass(5 * SECOND);
      expect(fixture.account(ALICE).scopes).toContain('chat:edit');
      expect([fixture.signIn.current, fixture.signIn.page]).toEqual([null, null]);
      expect(fixture.view().activity.map(({ text }) => text)).toContain('You signed in alice');
    },
  );

  it('is no longer spoken of once she has said that she finishes it anyway', async () => {
    const { fixture } = await asked(3 * SECOND);
    await fixture.time.pass(3 * SECOND);
    expect(await press(fixture, 'goOn')).toMatchObject({ ok: true });
    expect(fixture.signIn.current).toMatchObject({ abandoned: false, stopped: ['bot'] });
    await fixture.time.pass(29 * MINUTE);
    expect(fixture.signIn.current).not.toBeNull();
    await fixture.time.pass(MINUTE);
    expect(fixture.signIn.current).toBeNull();
  });

  it('finds its request where it was when it asks again, and is answered', async () => {
    const { fixture, bot } = await asked(3 * SECOND, ['browser']);
    await fixture.time.pass(3 * SECOND);
    const { id, userCode } = fixture.signIn.current ?? {};
    const again = wants(bot, ALICE, 60_000);
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({
      ...{ id, userCode, stage: 'browser' },
      ...{ bots: ['bot'], stopped: [], abandoned: false },
    });
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(resultOf(await again)?.scope).toContain('chat:edit');
  });

  it.each([
    ['hangs up while she is at Twitch', true, ['here']],
    ['hangs up before she has begun', false, []],
  ] satisfies [string, boolean, Button[]][])('%s: the window stays: %s', async (_name, stays, buttons) => {
    const { fixture, bot } = await asked(60_000, buttons);
    bot.hangUp();
    await fixture.time.settle();
    expect(fixture.signIn.current !== null).toBe(stays);
  });

  it('holds up nobody: another account’s sign-in takes the place, unless she has begun', async () => {
    for (const [buttons, shown] of [
      [[], BOB],
      [['here'], ALICE],
    ] as const) {
      const { fixture, bot } = await asked(3 * SECOND, [...buttons]);
      await fixture.time.pass(3 * SECOND);
      expect(fixture.signIn.current?.abandoned).toBe(true);
      await fixture.vault.actions['account.signIn'].run({ scopes: [] });
      await fixture.time.settle();
      expect(fixture.signIn.current?.expected?.userId ?? BOB).toBe(shown);
      bot.hangUp();
    }
  });

  it('makes room at once for a sign-in that waits behind it', async () => {
    const { fixture } = await asked(3 * SECOND);
    await fixture.vault.actions['account.signIn'].run({ scopes: [] });
    await fixture.time.settle();
    expect(fixture.signIn.current?.expected?.userId).toBe(ALICE);
    await fixture.time.pass(3 * SECOND);
    expect(fixture.signIn.current).toMatchObject({ expected: null, stage: 'choose' });
  });

  it('does not keep it for ever, nor past a lock', async () => {
    const { fixture } = await asked(3 * SECOND);
    await fixture.time.pass(3 * SECOND);
    await fixture.time.pass(30 * MINUTE);
    expect(fixture.signIn.current).toBeNull();
    const other = await asked(3 * SECOND, ['here']);
    await other.fixture.time.pass(3 * SECOND);
    await other.fixture.vault.actions['vault.lock'].run();
    await other.fixture.time.pass(31 * MINUTE);
    expect([other.fixture.signIn.current, other.fixture.signIn.page]).toEqual([null, null]);
  });
});

describe('a sign-in that fails', () => {
  async function wrongAccount() {
    const { fixture, bot, answer } = await asked(120_000, ['browser']);
    fixture.twitch.decide(BOB);
    await fixture.time.pass(5 * SECOND);
    expect(reasonOf(await answer)).toBe('wrong-account');
    return { fixture, bot };
  }

  it('says so in the window, with both names; nothing is polled any more', async () => {
    const { fixture } = await wrongAccount();
    expect(fixture.signIn.current).toMatchObject({
      stage: 'failed',
      problem: 'bob signed in, but it had to be alice. Nothing was changed.',
      ...{ userCode: null, bots: [], stopped: ['bot'], abandoned: false },
    });
    const polls = fixture.twitch.count('poll');
    await fixture.time.pass(MINUTE);
    expect(fixture.twitch.count('poll')).toBe(polls);
    for (const button of ['here', 'browser', 'copyLink', 'back'] as const)
      expect(await press(fixture, button)).toMatchObject({ ok: false });
  });

  it('is tried again with a code and all that was wanted, and says the same the second time', async () => {
    const { fixture } = await wrongAccount();
    for (const user of [BOB, ALICE]) {
      expect(await press(fixture, 'again')).toMatchObject({ ok: true });
      await fixture.time.settle();
      expect(fixture.signIn.current).toMatchObject({
        stage: 'choose',
        problem: '',
        newScopes: ['chat:edit'],
      });
      expect(fixture.signIn.current?.userCode).toMatch(/^CODE/);
      fixture.twitch.decide(user);
      await fixture.time.pass(5 * SECOND);
      expect(fixture.signIn.current?.stage).toBe(user === BOB ? 'failed' : undefined);
    }
    expect(fixture.account(ALICE).scopes).toContain('chat:edit');
  });

  it('stands there while the bot asks again, which waits for her to try again', async () => {
    const { fixture, bot } = await wrongAccount();
    const again = wants(bot, ALICE, 60_000);
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({ stage: 'failed', bots: ['bot'] });
    await press(fixture, 'again');
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(resultOf(await again)?.scope).toContain('chat:edit');
  });

  it('can be read for a while before another sign-in has its place', async () => {
    const { fixture } = await wrongAccount();
    await fixture.vault.actions['account.signIn'].run({ scopes: [] });
    await fixture.time.pass(19 * SECOND);
    expect(fixture.signIn.current?.stage).toBe('failed');
    await fixture.time.pass(SECOND);
    expect(fixture.signIn.current).toMatchObject({ expected: null, stage: 'choose' });
  });

  it('goes away on Cancel', async () => {
    const { fixture } = await wrongAccount();
    await press(fixture, 'cancel');
    expect(fixture.signIn.current).toBeNull();
  });

  it('can be tried again only once it has failed', async () => {
    const { fixture } = await asked(60_000, ['here']);
    expect(await press(fixture, 'again')).toMatchObject({ ok: false });
    expect(fixture.signIn.page).not.toBeNull();
  });
});
