/** A standing vault with many bots; its Twitch is a fake in the same program. */
import { connectBot, newNonce, resultOf } from '../fakes/bot.ts';
import { createMovableClock } from '../fakes/clock.ts';
import { openStandingVault, type StandingVault } from '../fakes/standing-vault.ts';
import { createFakeTwitch } from '../fakes/twitch.ts';

/** A bot that may enter, and the token it must get. */
export interface HouseBot {
  keyId: string;
  key: string;
  user: string;
  token: string;
}
export interface House extends Pick<StandingVault, 'folder' | 'close'> {
  path: string;
  bots: HouseBot[];
  /** Gives a job to an account and takes it back the next time: every subscriber hears of its own. */
  stir(): Promise<void>;
}

const CLIENT_ID = 'clientid0000000000000000000001';
const FIRST_USER = 1001;

/** Opens a house with so many bots, each with an account of its own. */
export async function openHouse(count: number): Promise<House> {
  const clock = createMovableClock();
  const { http, place, ledger, decide } = createFakeTwitch(clock.now);
  ledger.apps.set(CLIENT_ID, { secret: null });
  const home = await openStandingVault({
    ...{ clock, http, twitch: place, userId: String(FIRST_USER) },
    allow: (_code, userId) => decide(userId),
  });
  const { vault, folder, close } = home;
  await vault.actions['app.configure'].run({ clientId: CLIENT_ID, kind: 'public' });
  const bots: HouseBot[] = [];
  for (let user = FIRST_USER; user < FIRST_USER + count; user += 1) {
    const login = { clientId: CLIENT_ID, userId: String(user), scopes: ['chat:read'] };
    ledger.users.set(login.userId, `streamer${user}`);
    const { access } = ledger.pair(login);
    await vault.actions['account.addToken'].run({ accessToken: access });
    bots.push({ ...(await pairBot(home, login.userId)), user: login.userId, token: access });
  }
  return {
    ...{ path: home.socket, folder, bots, close },
    async stir() {
      for (const { userId, intents } of vault.view().accounts)
        await vault.actions['account.setIntents'].run({
          userId,
          intents: intents.length > 0 ? [] : [`job ${userId}`],
        });
    },
  };
}

async function pairBot({ vault }: StandingVault, user: string): Promise<Pick<HouseBot, 'keyId' | 'key'>> {
  const bot = connectBot(vault, () => undefined);
  resultOf(await bot.request('hello', { protocol: 1, client: { name: `bot ${user}` }, nonce: newNonce() }));
  const { keyId, key } = resultOf(await bot.request('pair', { wants: [{ user, scopes: [['chat:read']] }] }));
  bot.hang();
  return { keyId, key };
}
