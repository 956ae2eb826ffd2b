import { describe, expect, it } from 'vitest';
import { NEW_ACCOUNT } from '../../../../../shared/ipc.ts';
import { ALICE } from '../../../../support/people.ts';
import { newNonce, type TestBot } from '../../../../support/test-bot.ts';
import {
  click,
  createVaultFixture,
  keepNewcomer,
  showTwitchHere,
  type VaultFixture,
} from '../../../../support/vault-fixture.ts';

const BROUGHT = 'broughtclient00000000000000001';
const CHAT = { intent: 'chat', scopes: [['chat:read']] };
const MODS = { intent: 'mods', scopes: [['chat:read']] };

/** A bot that brings its application to a vault that nobody has set up, and wants these jobs. */
async function pairing(wants: (typeof CHAT)[]): Promise<{ fixture: VaultFixture; bot: TestBot }> {
  const fixture = createVaultFixture();
  fixture.twitch.state.apps.set(BROUGHT, { secret: null });
  await fixture.vault.start();
  const bot = fixture.connect();
  const client = { name: 'bot' };
  await bot.request('hello', { protocol: 1, client, nonce: newNonce(), twitchClientId: BROUGHT });
  void bot.request('pair', { wants });
  return { fixture, bot };
}

describe('a bot that hangs up while it is being paired', () => {
  it.each(['approval', 'sign-in'] as const)('takes its application along: %s', async (when) => {
    const { fixture, bot } = await pairing([CHAT]);
    const release = fixture.documents.hold(); // the yes is there, and what it makes isn't written yet
    await click(fixture, 'always', when === 'sign-in' ? { chat: NEW_ACCOUNT } : {});
    if (when === 'sign-in') release();
    await fixture.time.settle();
    expect(fixture.signIn.current !== null).toBe(when === 'sign-in');
    bot.hangUp();
    release();
    await fixture.time.settle();
    expect(fixture.view()).toMatchObject({ bots: [], applications: [] });
    expect(fixture.signIn.current).toBeNull();
    await fixture.restart();
    expect(fixture.view()).toMatchObject({ bots: [], applications: [] });
  });

  it('leaves its application when somebody has signed in for that', async () => {
    const { fixture, bot } = await pairing([CHAT, MODS]);
    await click(fixture, 'always', { chat: NEW_ACCOUNT, mods: NEW_ACCOUNT });
    await showTwitchHere(fixture);
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5_000);
    await keepNewcomer(fixture);
    await fixture.time.settle();
    bot.hangUp(); // while the second account is to sign in
    await fixture.time.settle();
    expect(fixture.view()).toMatchObject({ bots: [], applications: [{ clientId: BROUGHT }] });
    expect(fixture.account(ALICE)).toMatchObject({ clientId: BROUGHT });
  });
});
