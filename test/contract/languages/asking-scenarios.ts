/** What a client in any language must do before it asks: one window rather than two, and lists that are lists. */
import { expect } from 'vitest';
import { type Answer, codeOf, ok, type ShownToken } from './client-driver.ts';
import { INTENT, USER } from './language-vault-fixture.ts';
import { getToken, type ScenarioFixture } from './scenario-fixture.ts';

/** Scopes that aren't one each, as somebody writes them who takes a list for a text. */
const NOT_ONE_EACH = ['chat:read chat:edit', 'chat:read,chat:edit', 'chat:read\tchat:edit', ' chat:read', ''];

/** By name; README.md tells what a driver must understand for them. */
export const ASKING: Readonly<Record<string, (fixture: ScenarioFixture) => Promise<void>>> = {
  'opens one window without wants, and asks in it for what the first call needs': async ({
    vault,
    start,
  }) => {
    const bot = start();
    ok(await bot.ask('open', { name: 'chat-bot' }));
    expect(vault.recorded.count('pair')).toBe(0);
    expect((await getToken(bot, 'chat:read')).scopes).toEqual(['chat:read']);
    const pairings = vault.recorded.requests.filter(({ method }) => method === 'pair');
    expect(pairings.map(({ params }) => params)).toMatchObject([
      { wants: [{ user: USER, scopes: [['chat:read']] }] },
    ]);
    // Less than the call has: the vault's answer, which may say why no window came, is to come first.
    expect(pairings[0]?.params).toMatchObject({ timeoutMs: expect.toSatisfy((ms: number) => ms < 20_000) });
    const again = start();
    ok(await again.ask('open', { name: 'chat-bot' }));
    await getToken(again, 'chat:read');
    expect(vault.streamer.asked).toBe(1);
  },

  'opens one window for an intent without scopes': async ({ vault, start }) => {
    const bot = start();
    ok(await bot.ask('open', { name: 'chat-bot' }));
    expect(ok<ShownToken>(await bot.ask('token', { intent: INTENT })).userId).toBe(USER);
    expect(vault.recorded.requests.find(({ method }) => method === 'pair')?.params).toMatchObject({
      wants: [{ intent: INTENT }],
    });
    expect(vault.streamer.asked).toBe(1);
  },

  'tells its first call of a no': async ({ vault, start }) => {
    vault.streamer.approval = 'deny';
    const bot = start();
    ok(await bot.ask('open', { name: 'chat-bot' }));
    expect(codeOf(await bot.ask('token', { user: USER }))).toBe('denied');
    expect(vault.streamer.asked).toBe(1);
  },

  'pairs at once where wants are given, even none': async ({ vault, start }) => {
    ok(await start().ask('open', { name: 'chat-bot', wants: [] }));
    expect([vault.recorded.count('pair'), vault.streamer.asked]).toEqual([1, 1]);
  },

  'says nothing of scopes that are not one each': async ({ vault, open, start }) => {
    const [bot, other] = [await open(), start()];
    const before = vault.recorded.requests.length;
    const answers: [string, Answer][] = [];
    for (const scope of NOT_ONE_EACH) {
      answers.push([`scopes ${scope}`, await bot.ask('token', { user: USER, scopes: ['chat:read', scope] })]);
      answers.push([
        `any of ${scope}`,
        await bot.ask('token', { user: USER, anyOf: [['chat:edit', scope]] }),
      ]);
      const wants = [{ user: USER, scopes: [[scope]] }];
      answers.push([`wants ${scope}`, await other.ask('open', { name: 'other', wants })]);
    }
    const codes = answers.map(([what, answer]) => [what, codeOf(answer)]);
    expect(codes).toEqual(answers.map(([what]) => [what, 'bad-request']));
    expect(vault.recorded.requests.length).toBe(before);
    expect(ok<ShownToken>(await bot.ask('token', { user: USER, anyOf: [[]] })).scopes).toEqual(['chat:read']);
  },
};
