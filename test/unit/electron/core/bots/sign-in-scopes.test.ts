import { describe, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { reasonOf } from '../../../../support/test-bot.ts';
import {
  click,
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const grantsOf = (fixture: VaultFixture) =>
  fixture.view().bots[0]?.grants.map(({ ends, scopes }) => [ends?.kind ?? 'always', ...scopes]);
const ask = (bot: PairedBot, ...scopes: string[]) =>
  bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: scopes.map((scope) => [scope]) });
const mayHave = async (bot: PairedBot, scope: string) =>
  reasonOf(
    await bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[scope]], interactive: 'never' }),
  );

/** A bot that may use alice for ever; alice has two more scopes than it may ask for. */
async function lasting() {
  const fixture = await vaultFixtureWithAlice(['chat:read', 'bits:read', 'clips:edit']);
  return { fixture, bot: await pairBot(fixture) };
}
async function consent(fixture: VaultFixture): Promise<void> {
  await fixture.time.settle();
  fixture.twitch.decide(ALICE);
  await fixture.time.pass(5 * SECOND);
}

describe('scopes that she signs in for', () => {
  it('last as long as the answer she gave before, whatever the bot may do for ever', async () => {
    const { fixture, bot } = await lasting();
    const asked = ask(bot, 'bits:read', 'chat:edit');
    await fixture.time.settle();
    expect(fixture.approval.current?.wants[0]?.scopes).toEqual(['bits:read', 'chat:edit']);
    await click(fixture, 'for-8-hours');
    await consent(fixture);
    expect(reasonOf(await asked)).toBe('no error');
    expect(grantsOf(fixture)).toEqual([
      ['always', 'chat:read'],
      ['at', 'bits:read', 'chat:edit'],
    ]);
    await fixture.time.pass(8 * HOUR);
    expect([await mayHave(bot, 'chat:edit'), await mayHave(bot, 'chat:read')]).toEqual([
      'denied',
      'no error',
    ]);
  });

  it('are for one answer after “once”', async () => {
    const { fixture, bot } = await lasting();
    const asked = ask(bot, 'bits:read', 'chat:edit');
    await click(fixture, 'once');
    await consent(fixture);
    expect(reasonOf(await asked)).toBe('no error');
    expect(grantsOf(fixture)).toEqual([['always', 'chat:read']]);
    expect(await mayHave(bot, 'chat:edit')).toBe('denied');
  });

  it('go to what ends first where nothing else was asked', async () => {
    const { fixture, bot } = await lasting();
    const asked = ask(bot, 'bits:read');
    await click(fixture, 'until-stream-ends');
    await asked;
    fixture.approval.shown.length = 0;
    const more = ask(bot, 'chat:edit');
    await consent(fixture);
    expect(reasonOf(await more)).toBe('no error');
    expect(fixture.approval.shown).toEqual([]);
    expect(grantsOf(fixture)).toEqual([
      ['always', 'chat:read'],
      ['stream', 'bits:read', 'chat:edit'],
    ]);
  });

  it('take an answer of hers where a time or a stream may be over first', async () => {
    const { fixture, bot } = await lasting();
    for (const [scope, choice] of [
      ['bits:read', 'until-stream-ends'],
      ['clips:edit', 'for-8-hours'],
    ] as const) {
      const asked = ask(bot, scope);
      await click(fixture, choice);
      await asked;
    }
    const more = ask(bot, 'chat:edit');
    await click(fixture, 'for-8-hours');
    await consent(fixture);
    expect(reasonOf(await more)).toBe('no error');
    expect(grantsOf(fixture)?.filter((grant) => grant.includes('chat:edit'))).toEqual([['at', 'chat:edit']]);
  });

  it('go nowhere if what would end first has ended meanwhile', async () => {
    const { fixture, bot } = await lasting();
    const asked = ask(bot, 'bits:read');
    await click(fixture, 'for-8-hours');
    await asked;
    await fixture.time.pass(8 * HOUR - 10 * SECOND);
    const more = ask(bot, 'chat:edit');
    await fixture.time.settle();
    await fixture.time.pass(11 * SECOND);
    await consent(fixture);
    expect(reasonOf(await more)).toBe('denied');
    expect(grantsOf(fixture)).toEqual([['always', 'chat:read']]);
  });

  it('stay where she has allowed them already', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read', 'bits:read']);
    const wants = [{ user: ALICE, scopes: [['chat:read'], ['chat:edit']] }];
    const bot = await pairBot(fixture, wants, 'for-8-hours');
    const first = ask(bot, 'bits:read');
    await click(fixture, 'always');
    await first;
    const asked = ask(bot, 'chat:edit');
    await consent(fixture);
    expect(reasonOf(await asked)).toBe('no error');
    expect(grantsOf(fixture)).toEqual([
      ['at', 'chat:read', 'chat:edit'],
      ['always', 'bits:read'],
    ]);
  });
});
