import { ALICE, CLIENT_ID } from './people.ts';
import { newNonce } from './test-bot.ts';
import { type PairedBot, pairBot, type VaultFixture, vaultFixtureWithAlice } from './vault-fixture.ts';

/** Name of Alice's document. */
export const ALICE_DOCUMENT = `${CLIENT_ID}-${ALICE}`;
/** All that the streamer should read once. */
export const notices = (fixture: VaultFixture): string =>
  fixture
    .view()
    .notices.map(({ text }) => text)
    .join('\n');
/** Everything on the disk, by name. */
export const disk = (fixture: VaultFixture): Map<string, string> =>
  new Map([...fixture.accounts.files, ...fixture.documents.files]);

/** Alice, her intent, a paired bot with a grant, and settings: all there is to keep. */
export async function populatedVaultFixture(
  kind: 'public' | 'confidential' = 'public',
): Promise<{ fixture: VaultFixture; keys: PairedBot['keys'] }> {
  const fixture = await vaultFixtureWithAlice(['chat:read'], kind);
  await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat', 'mod'] });
  await fixture.vault.actions['settings.change'].run({ notify: false });
  const bot = await pairBot(fixture);
  return { fixture, keys: bot.keys };
}

/** The first word of a program that says it has this key. */
export const hello = (fixture: VaultFixture, keyId: string) =>
  fixture.connect().request('hello', { protocol: 1, client: { name: 'b' }, nonce: newNonce(), keyId });
