import { describe, expect, it } from 'vitest';
import type { Peer } from '../../electron/core/ports.ts';
import { FACTS, newNonce, reasonOf, resultOf, sha256, type TestBot } from '../fakes/bot.ts';
import { ALICE, click, type World, worldWithAlice } from '../fakes/world.ts';

const SSH: Peer = { ...FACTS, program: '/usr/sbin/sshd', script: null, interpreter: false, relay: true };
const wants = [{ user: ALICE, scopes: [['chat:read']] }];

async function pairing(
  world: World,
): Promise<{ bot: TestBot; paired: ReturnType<typeof bot.request<'pair'>> }> {
  const bot = world.connect(SSH, null);
  await bot.request('hello', { protocol: 1, client: { name: 'far-bot' }, nonce: newNonce() });
  return { bot, paired: bot.request('pair', { wants }) };
}
async function farBot(kind: 'public' | 'confidential' = 'public'): Promise<{ world: World; bot: TestBot }> {
  const world = await worldWithAlice(['chat:read'], kind);
  const { bot, paired } = await pairing(world);
  await click(world, 'always');
  resultOf(await paired);
  return { world, bot };
}

describe('a bot of another computer', () => {
  it('is shown as such before it is let in, and after', async () => {
    const world = await worldWithAlice();
    const { paired } = await pairing(world);
    await world.time.settle();
    expect(world.approval.current).toMatchObject({ remote: true, facts: { program: '/usr/sbin/sshd' } });
    await click(world, 'always');
    resultOf(await paired);
    expect(world.view().bots[0]?.remote).toBe(true);
  });

  it('gets the tokens it was allowed, and may say that one failed', async () => {
    const { bot } = await farBot();
    const got = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(got?.userId).toBe(ALICE);
    const rejected = sha256(got?.accessToken ?? '');
    const again = await bot.request('refreshAccessTokenForUser', { user: ALICE, rejected });
    expect(resultOf(again).userId).toBe(ALICE);
  });

  it('can’t open the sign-in window', async () => {
    const { world, bot } = await farBot();
    const asked = await bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:edit']] });
    expect(asked).toMatchObject({ data: { code: 'scope-missing', missing: ['chat:edit'] } });
    expect(world.signIn.current).toBeNull();
  });

  it('gets no application token', async () => {
    const { bot } = await farBot('confidential');
    expect(reasonOf(await bot.request('getAppAccessToken', {}))).toBe('denied');
    expect(reasonOf(await bot.request('getAnyAccessToken', {}))).toBe('denied');
  });

  it('can’t have a token renewed without saying which one failed', async () => {
    const { world, bot } = await farBot();
    world.twitch.requests.length = 0;
    expect(reasonOf(await bot.request('refreshAccessTokenForUser', { user: ALICE }))).toBe('denied');
    expect(world.twitch.count('refresh')).toBe(0);
  });
});
