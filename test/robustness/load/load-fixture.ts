/** A vault on its socket with many bots; its Twitch is a fake in the same program. */

import { createMovableClock } from '../../support/fake-time.ts';
import { createFakeTwitch } from '../../support/fake-twitch.ts';
import { CLIENT_ID } from '../../support/people.ts';
import { openSocketVaultFixture, type SocketVaultFixture } from '../../support/socket-vault-fixture.ts';
import { connectBot, newNonce, resultOf } from '../../support/test-bot.ts';

/** A bot that may enter, and the token it must get. */
export interface LoadBot {
  keyId: string;
  key: string;
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

/** Opens one with so many bots, each with an account of its own. */
export async function openLoadFixture(count: number): Promise<LoadFixture> {
  const clock = createMovableClock();
  const { http, environment, state, decide } = createFakeTwitch(clock.now);
  state.apps.set(CLIENT_ID, { secret: null });
  const socketVault = await openSocketVaultFixture({
    ...{ clock, http, twitch: environment, userId: String(FIRST_USER) },
    allow: (_code, userId) => decide(userId),
  });
  const { vault, folder, close } = socketVault;
  await vault.actions['app.configure'].run({ clientId: CLIENT_ID, kind: 'public' });
  const bots: LoadBot[] = [];
  for (let user = FIRST_USER; user < FIRST_USER + count; user += 1) {
    const login = { clientId: CLIENT_ID, userId: String(user), scopes: ['chat:read'] };
    state.users.set(login.userId, `streamer${user}`);
    const { access } = state.pair(login);
    await vault.actions['account.addToken'].run({ accessToken: access });
    bots.push({ ...(await pairBot(socketVault, login.userId)), user: login.userId, token: access });
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

async function pairBot({ vault }: SocketVaultFixture, user: string): Promise<Pick<LoadBot, 'keyId' | 'key'>> {
  const bot = connectBot(vault, () => undefined);
  resultOf(await bot.request('hello', { protocol: 1, client: { name: `bot ${user}` }, nonce: newNonce() }));
  const { keyId, key } = resultOf(await bot.request('pair', { wants: [{ user, scopes: [['chat:read']] }] }));
  bot.hangUp();
  return { keyId, key };
}
