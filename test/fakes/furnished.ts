import { newNonce } from './bot.ts';
import { ALICE, CLIENT_ID, type PairedBot, pairBot, type World, worldWithAlice } from './world.ts';

/** Name of Alice's document. */
export const FILE = `${CLIENT_ID}-${ALICE}`;
/** All that the streamer should read once. */
export const notices = (world: World): string =>
  world
    .view()
    .notices.map(({ text }) => text)
    .join('\n');
/** Everything on the disk, by name. */
export const disk = (world: World): Map<string, string> =>
  new Map([...world.accounts.files, ...world.documents.files]);

/** Alice, her intent, a paired bot with a grant, and settings: all there is to keep. */
export async function furnished(
  kind: 'public' | 'confidential' = 'public',
): Promise<{ world: World; keys: PairedBot['keys'] }> {
  const world = await worldWithAlice(['chat:read'], kind);
  await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat', 'mod'] });
  await world.vault.actions['settings.change'].run({ notify: false });
  const bot = await pairBot(world);
  return { world, keys: bot.keys };
}

/** The first word of a program that says it has this key. */
export const hello = (world: World, keyId: string) =>
  world.connect().request('hello', { protocol: 1, client: { name: 'b' }, nonce: newNonce(), keyId });
