import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const refresh = async (fixture: VaultFixture, userId: string): Promise<void> => {
  await fixture.time.pass(11 * SECOND);
  await fixture.vault.actions['account.refresh'].run({ userId });
};
const types = (bot: PairedBot): string[] => bot.events.map(({ type }) => type);

async function twoBots() {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  const forAlice = await pairBot(fixture, [{ user: ALICE }]);
  const forBob = await pairBot(fixture, [{ user: BOB }], 'always', 'other');
  for (const bot of [forAlice, forBob])
    expect(resultOf(await bot.request('subscribe', {}))).toMatchObject({ seq: 0, locked: false });
  return { fixture, forAlice, forBob };
}

describe('events', () => {
  it('go only to bots that may know the account', async () => {
    const { fixture, forAlice, forBob } = await twoBots();
    await refresh(fixture, ALICE);
    expect(types(forAlice)).toEqual(['token.changed']);
    expect(types(forBob)).toEqual([]);
  });

  it('go to nobody before subscribe, and to nobody unauthenticated', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const stranger = fixture.connect();
    await refresh(fixture, ALICE);
    expect([...bot.events, ...stranger.events]).toEqual([]);
  });

  it('carry a number that rises by one, also over the ones others got', async () => {
    const { fixture, forAlice } = await twoBots();
    for (let turn = 0; turn < 5; turn += 1) {
      await refresh(fixture, ALICE);
      await refresh(fixture, BOB);
    }
    expect(forAlice.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(resultOf(await forAlice.request('subscribe', {}))).toMatchObject({ seq: 5 });
  });

  it('tell of lock and unlock', async () => {
    const { fixture, forAlice, forBob } = await twoBots();
    await fixture.vault.actions['vault.lock'].run();
    await fixture.vault.actions['vault.lock'].run();
    await fixture.vault.actions['vault.unlock'].run({});
    for (const bot of [forAlice, forBob]) expect(types(bot)).toEqual(['vault.locked', 'vault.unlocked']);
  });

  it('tell of intents to bots on either side of the move', async () => {
    const { fixture, forAlice, forBob } = await twoBots();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    await fixture.vault.actions['account.setIntents'].run({ userId: BOB, intents: ['chat', 'mod'] });
    expect(forAlice.events).toMatchObject([
      { intents: ['chat'] },
      { type: 'intents.changed', userId: ALICE, intents: [] },
    ]);
    expect(forBob.events).toMatchObject([{ userId: BOB, intents: ['chat', 'mod'] }]);
  });

  it('tell only the bot concerned that a grant was taken back', async () => {
    const { fixture, forAlice, forBob } = await twoBots();
    const grantId =
      fixture.view().bots.find(({ keyId }) => keyId === forAlice.keys.keyId)?.grants[0]?.id ?? '';
    await fixture.vault.actions['grant.revoke'].run({ keyId: forAlice.keys.keyId, grantId });
    expect(forAlice.events).toMatchObject([{ type: 'grant.revoked', userId: ALICE }]);
    expect(forBob.events).toEqual([]);
    await refresh(fixture, ALICE);
    expect(forAlice.events).toHaveLength(1);
  });

  it('tell the bot even when the disk refuses to keep that a grant was taken back', async () => {
    const { fixture, forAlice } = await twoBots();
    fixture.documents.fault = 'refuse';
    const grantId =
      fixture.view().bots.find(({ keyId }) => keyId === forAlice.keys.keyId)?.grants[0]?.id ?? '';
    const answer = await fixture.vault.actions['grant.revoke'].run({ keyId: forAlice.keys.keyId, grantId });
    expect(answer).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(types(forAlice)).toEqual(['grant.revoked']);
  });

  it('of an account got with “once” go to the bot that holds its token', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    await bot.request('subscribe', {});
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await click(fixture, 'once');
    await asked;
    await refresh(fixture, ALICE);
    expect(types(bot)).toEqual(['account.added', 'token.changed']);
  });
});

describe('a subscriber that reads too slowly', () => {
  // The first one still goes out: only then does the pipe say that it takes no more. An overflow is followed by the state.
  it.each([
    [257, 257],
    [258, 3],
  ])('of %i events gets %i when it reads on: 256 are kept', async (happened, got) => {
    const { fixture, forAlice } = await twoBots();
    forAlice.blocked = true;
    for (let turn = 0; turn < happened; turn += 1) {
      const { actions } = fixture.vault;
      await (turn % 2 === 0 ? actions['vault.lock'].run() : actions['vault.unlock'].run({}));
    }
    forAlice.drain();
    expect(forAlice.events).toHaveLength(got);
    expect(types(forAlice).includes('overflow')).toBe(happened > 257);
  });

  it('beyond that gets one overflow and the state, then goes on with the next number', async () => {
    const { fixture, forAlice, forBob } = await twoBots();
    forAlice.blocked = true;
    for (let turn = 0; turn < 200; turn += 1) {
      await fixture.vault.actions['vault.lock'].run();
      await fixture.vault.actions['vault.unlock'].run({});
    }
    const before = forAlice.events.length;
    forAlice.drain();
    expect(types(forAlice).slice(before)).toEqual(['overflow', 'state']);
    await fixture.vault.actions['vault.lock'].run();
    expect(types(forAlice).at(-1)).toBe('vault.locked');
    expect(forAlice.events.map(({ seq }) => seq)).toEqual(forAlice.events.map((_, index) => index + 1));
    expect(forBob.events).toHaveLength(401);
  });

  it('gets its answers before the events', async () => {
    const { fixture, forAlice } = await twoBots();
    forAlice.blocked = true;
    await fixture.vault.actions['vault.lock'].run();
    await fixture.vault.actions['vault.unlock'].run({});
    const status = forAlice.request('status', {});
    await fixture.time.settle();
    forAlice.drain();
    expect(resultOf(await status).users).toMatchObject([{ userId: ALICE, state: 'ok', login: 'alice' }]);
  });

  it('is not read from while 128 KiB of answers wait; then all of them come', async () => {
    const { fixture, forAlice } = await twoBots();
    forAlice.blocked = true;
    const asked: Promise<unknown>[] = [];
    while (!forAlice.paused && asked.length < 8_000) {
      for (let more = 0; more < 100; more += 1) asked.push(forAlice.request('status', {}));
      await fixture.time.settle();
    }
    const late = forAlice.request('status', {});
    expect(forAlice.closed).toBe(false);
    forAlice.drain();
    expect(forAlice.paused).toBe(false);
    expect(await Promise.all([...asked, late])).toHaveLength(asked.length + 1);
  });

  it('is hung up on when 1 MiB of answers wait all the same', async () => {
    const { fixture, forAlice } = await twoBots();
    forAlice.blocked = true;
    // All in one piece: it was read before anything could be answered.
    const line = '{"jsonrpc":"2.0","id":1}\n';
    forAlice.send(line.repeat(10_000));
    await fixture.time.settle();
    expect(forAlice.closed).toBe(true);
  });
});
