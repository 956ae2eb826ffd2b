/** A vault on its socket with many bots; its Twitch is a fake in the same program. */

import { createMovableClock } from '../../support/fake-time.ts';
import { createFakeTwitch } from '../../support/fake-twitch.ts';
import { CLIENT_ID } from '../../support/people.ts';
import { openSocketVaultFixture, type SocketVaultFixture } from '../../support/socket-vault-fixture.ts';
import { connectBot, newNonce, resultOf } from '../../support/test-bot.ts';

/** A bot that may enter, and the token it must get: another bot of the same person has another application. */
export interface LoadBot {
  keyId: string;
  key: string;
  clientId: string;
  user: string;
  token: string;
}
export interface LoadFixture extends Pick<SocketVaultFixture, 'folder' | 'close'> {
  path: string;
  bots: LoadBot[];
  /** Gives a job to an account and takes it back the next time: every subscriber hears of its own. */
  changeIntents(): Promise<void>;
}

const FIRST_USER = 1001;
const SECOND_ID = 'secondclient00000000000000002';

/** Opens one with so many bots, an even number: two for each person, of two applications. */
export async function openLoadFixture(count: number): Promise<LoadFixture> {
  const clock = createMovableClock();
  const { http, environment, state, decide } = createFakeTwitch(clock.now);
  state.apps.set(CLIENT_ID, { secret: null }).set(SECOND_ID, { secret: null });
  const socketVault = await openSocketVaultFixture({
    ...{ clock, http, twitch: environment, userId: String(FIRST_USER) },
    allow: (_code, userId) => decide(userId),
  });
  const { vault, folder, close } = socketVault;
  for (const clientId of [CLIENT_ID, SECOND_ID])
    await vault.actions['app.configure'].run({ clientId, kind: 'public' });
  const bots: LoadBot[] = [];
  for (let at = 0; at < count; at += 1) {
    const clientId = at % 2 === 0 ? CLIENT_ID : SECOND_ID;
    const user = String(FIRST_USER + Math.floor(at / 2));
    state.users.set(user, `streamer${user}`);
    const { access: token } = state.pair({ clientId, userId: user, scopes: ['chat:read'] });
    await vault.actions['account.addToken'].run({ accessToken: token });
    bots.push({ ...(await pairBot(socketVault, user, clientId)), clientId, user, token });
  }
  return {
    ...{ path: socketVault.socket, folder, bots, close },
    async changeIntents() {
      for (const { userId, intents } of vault.view().accounts)
        await vault.actions['account.setIntents'].run({
          userId,
          intents: intents.length > 0 ? [] : [`job ${userId}`],
        });
    },
  };
}

async function pairBot(
  { vault }: SocketVaultFixture,
  user: string,
  twitchClientId: string,
): Promise<Pick<LoadBot, 'keyId' | 'key'>> {
  const bot = connectBot(vault, () => undefined);
  const client = { name: `bot ${user} ${twitchClientId}` };
  resultOf(await bot.request('hello', { protocol: 1, client, nonce: newNonce(), twitchClientId }));
  const { keyId, key } = resultOf(await bot.request('pair', { wants: [{ user, scopes: [['chat:read']] }] }));
  bot.hangUp();
  return { keyId, key };
}
