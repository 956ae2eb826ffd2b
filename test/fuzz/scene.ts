/** A vault with something to lose, over fakes; needs no test runner, so that it can run for hours. */
import type { Deps } from '../../electron/core/ports.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import { connectBot, newNonce, resultOf, type TestBot } from '../fakes/bot.ts';
import { createTime, type FakeTime } from '../fakes/clock.ts';
import { createFakeComputer } from '../fakes/computer.ts';
import { createFakeDocuments, type FakeDocuments } from '../fakes/document-store.ts';
import {
  createFakeApproval,
  createFakeLines,
  createFakeLog,
  createFakeSignIn,
  type FakeApproval,
  type FakeLog,
  type FakeSignIn,
} from '../fakes/surfaces.ts';
import { createFakeTwitch, type FakeTwitch } from '../fakes/twitch.ts';
import type { Dice } from './dice.ts';

export const [ALICE, BOB] = ['1001', '1002'] as const;
/** Nobody but a bot with a grant may hear these. */
export const LOGINS = { [ALICE]: 'zz_login_alice', [BOB]: 'zz_login_bob' } as const;

export interface Keys {
  keyId: string;
  key: string;
}
/** Two accounts; a bot that may use alice's, one that may use nothing, and one that minds its business. */
export interface Scene {
  vault: Vault;
  time: FakeTime;
  twitch: FakeTwitch;
  accounts: FakeDocuments;
  approval: FakeApproval;
  signIn: FakeSignIn;
  log: FakeLog;
  friend: Keys;
  guest: Keys;
  innocent: TestBot;
  innocentKeys: Keys;
}

/** Sets it all up, as a streamer would. */
export async function setScene(dice: Dice): Promise<Scene> {
  const time = createTime();
  const twitch = createFakeTwitch(time.elsewhere);
  const [accounts, documents] = [createFakeDocuments(), createFakeDocuments()];
  const [approval, signIn, log] = [createFakeApproval(), createFakeSignIn(), createFakeLog()];
  const deps: Deps = {
    ...{ clock: time.clock, timers: time.timers, accounts, documents, approval, signIn, log },
    ...{ random: { bytes: dice.bytes }, http: twitch.http, twitch: twitch.place },
    activity: createFakeLines(),
    ...createFakeComputer(log, '/run/s'),
    backupCost: 2,
  };
  const vault = createVault(deps);
  const kind = dice.oneIn(2) ? 'public' : 'confidential';
  const secret = kind === 'confidential' ? twitch.ledger.secret('client') : null;
  twitch.ledger.apps.set(CLIENT_ID, { secret });
  await vault.start();
  await vault.actions['app.configure'].run({
    clientId: CLIENT_ID,
    kind,
    ...(secret && { clientSecret: secret }),
  });
  for (const userId of [ALICE, BOB]) await signInAs({ vault, time, twitch }, userId);
  await vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
  const pair = (name: string, user?: string) => pairBot({ vault, time, approval }, name, user);
  const [friend, guest, innocent] = [
    await pair('friend', ALICE),
    await pair('guest'),
    await pair('me', ALICE),
  ];
  friend.bot.hang();
  guest.bot.hang();
  return {
    ...{ vault, time, twitch, accounts, approval, signIn, log },
    ...{ friend: friend.keys, guest: guest.keys, innocent: innocent.bot, innocentKeys: innocent.keys },
  };
}

const CLIENT_ID = 'clientid0000000000000000000001';

async function signInAs(
  { vault, time, twitch }: Pick<Scene, 'vault' | 'time' | 'twitch'>,
  userId: keyof typeof LOGINS,
): Promise<void> {
  twitch.ledger.users.set(userId, LOGINS[userId]);
  await vault.actions['account.signIn'].run({ scopes: ['chat:read'] });
  await time.settle();
  twitch.decide(userId);
  await time.pass(5_000);
}

async function pairBot(
  { vault, time, approval }: Pick<Scene, 'vault' | 'time' | 'approval'>,
  name: string,
  user?: string,
): Promise<{ bot: TestBot; keys: Keys }> {
  const bot = connectBot(vault, () => undefined);
  resultOf(await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() }));
  const pairing = bot.request('pair', {
    wants: user === undefined ? [] : [{ user, scopes: [['chat:read']] }],
  });
  await time.settle();
  await time.pass(1_500);
  vault.actions['approval.decide'].run({ id: approval.current?.id ?? '', verdict: 'always' });
  const { keyId, key } = resultOf(await pairing);
  return { bot, keys: { keyId, key } };
}

/** What no bot may change, whatever it says. */
export function valuables({ vault }: Scene): string {
  const { accounts, bots, settings, app, locked } = vault.view();
  return JSON.stringify([
    accounts.map(({ userId, login, intents, scopes, state }) => [userId, login, intents, scopes, state]),
    bots.map(({ keyId, name, grants }) => [
      keyId,
      name,
      grants.map(({ id, userId, intent, scopes }) => [id, userId, intent, scopes]),
    ]),
    settings,
    app,
    locked,
  ]);
}
