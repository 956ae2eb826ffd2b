import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../../../electron/core/ports.ts';
import { ALICE } from '../../../../support/people.ts';
import { sha256 } from '../../../../support/sha256.ts';
import { LOCAL_PEER, newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import { click, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const SSH: Peer = { ...LOCAL_PEER, program: '/usr/sbin/sshd', script: null, interpreter: false, relay: true };
const wants = [{ user: ALICE, scopes: [['chat:read']] }];

async function pairing(
  fixture: VaultFixture,
): Promise<{ bot: TestBot; paired: ReturnType<typeof bot.request<'pair'>> }> {
  const bot = fixture.connect(SSH, null);
  await bot.request('hello', { protocol: 1, client: { name: 'far-bot' }, nonce: newNonce() });
  return { bot, paired: bot.request('pair', { wants }) };
}
async function farBot(
  kind: 'public' | 'confidential' = 'public',
): Promise<{ fixture: VaultFixture; bot: TestBot }> {
  const fixture = await vaultFixtureWithAlice(['chat:read'], kind);
  const { bot, paired } = await pairing(fixture);
  await click(fixture, 'always');
  resultOf(await paired);
  return { fixture, bot };
}

describe('a bot of another computer', () => {
  it('is shown as such before it is let in, and after', async () => {
    const fixture = await vaultFixtureWithAlice();
    const { paired } = await pairing(fixture);
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({ remote: true, peer: { program: '/usr/sbin/sshd' } });
    await click(fixture, 'always');
    resultOf(await paired);
    expect(fixture.view().bots[0]?.remote).toBe(true);
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
    const { fixture, bot } = await farBot();
    const asked = await bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:edit']] });
    expect(asked).toMatchObject({ data: { code: 'scope-missing', missing: ['chat:edit'] } });
    expect(fixture.signIn.current).toBeNull();
  });

  it('gets no application token', async () => {
    const { bot } = await farBot('confidential');
    expect(reasonOf(await bot.request('getAppAccessToken', {}))).toBe('denied');
    expect(resultOf(await bot.request('getAnyAccessToken', {}))).toMatchObject({ userId: ALICE });
  });

  it('can’t have a token renewed without saying which one failed', async () => {
    const { fixture, bot } = await farBot();
    fixture.twitch.requests.length = 0;
    expect(reasonOf(await bot.request('refreshAccessTokenForUser', { user: ALICE }))).toBe('denied');
    expect(fixture.twitch.count('refresh')).toBe(0);
  });
});
