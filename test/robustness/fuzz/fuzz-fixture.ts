/** A vault with something to lose, over fakes; needs no test runner, so that it can run for hours. */
import type { Deps } from '../../../electron/core/ports.ts';
import { createVault, type Vault } from '../../../electron/core/vault.ts';
import { createFakeComputer } from '../../support/fake-computer.ts';
import { createFakeDocumentStore, type FakeDocumentStore } from '../../support/fake-document-store.ts';
import { createFakeLines, createFakeLog, type FakeLog } from '../../support/fake-log.ts';
import { createFakeTime, type FakeTime } from '../../support/fake-time.ts';
import { createFakeTwitch, type FakeTwitch } from '../../support/fake-twitch.ts';
import {
  createFakeApproval,
  createFakeSignIn,
  type FakeApproval,
  type FakeSignIn,
  pictureOf,
} from '../../support/fake-windows.ts';
import { flatAccounts } from '../../support/flat-accounts.ts';
import { ALICE, BOB, CLIENT_ID } from '../../support/people.ts';
import { connectBot, newNonce, resultOf, type TestBot } from '../../support/test-bot.ts';
import type { SeededChoice } from './seeded-choice.ts';

/** Nobody but a bot with a grant may hear these. */
export const SECRET_LOGINS = { [ALICE]: 'zz_login_alice', [BOB]: 'zz_login_bob' } as const;

export interface Keys {
  keyId: string;
  key: string;
}
/** Two accounts; a bot that may use alice's, one that may use nothing, and one that minds its business. */
export interface FuzzFixture {
  vault: Vault;
  time: FakeTime;
  twitch: FakeTwitch;
  accounts: FakeDocumentStore;
  approval: FakeApproval;
  signIn: FakeSignIn;
  log: FakeLog;
  friend: Keys;
  guest: Keys;
  innocent: TestBot;
  innocentKeys: Keys;
}

/** Sets it all up, as a streamer would. */
export async function openFuzzFixture(choice: SeededChoice): Promise<FuzzFixture> {
  const time = createFakeTime();
  const twitch = createFakeTwitch(time.elsewhere);
  const [accounts, documents] = [createFakeDocumentStore(), createFakeDocumentStore()];
  const [approval, signIn, log] = [
    createFakeApproval(() => vault, time.timers),
    createFakeSignIn(),
    createFakeLog(),
  ];
  const deps: Deps = {
    ...{ clock: time.clock, timers: time.timers, accounts, documents, approval, signIn, log },
    ...{ random: { bytes: choice.bytes }, http: twitch.http, twitch: twitch.environment },
    activity: createFakeLines(),
    ...createFakeComputer(log, '/run/s'),
    backupCost: 2,
  };
  const vault: Vault = createVault(deps);
  const kind = choice.oneIn(2) ? 'public' : 'confidential';
  const secret = kind === 'confidential' ? twitch.state.secret('client') : null;
  twitch.state.apps.set(CLIENT_ID, { secret });
  await vault.start();
  await vault.actions['app.configure'].run({
    clientId: CLIENT_ID,
    kind,
    ...(secret && { clientSecret: secret }),
  });
  for (const userId of [ALICE, BOB] as const) await signInAs({ vault, time, twitch, signIn }, userId);
  await vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
  const pair = (name: string, user?: string) => pairBot({ vault, time, approval }, name, user);
  const [friend, guest, innocent] = [
    await pair('friend', ALICE),
    await pair('guest'),
    await pair('me', ALICE),
  ];
  friend.bot.hangUp();
  guest.bot.hangUp();
  return {
    ...{ vault, time, twitch, accounts, approval, signIn, log },
    ...{ friend: friend.keys, guest: guest.keys, innocent: innocent.bot, innocentKeys: innocent.keys },
  };
}

async function signInAs(
  { vault, time, twitch, signIn }: Pick<FuzzFixture, 'vault' | 'time' | 'twitch' | 'signIn'>,
  userId: keyof typeof SECRET_LOGINS,
): Promise<void> {
  twitch.state.users.set(userId, SECRET_LOGINS[userId]);
  await vault.actions['account.signIn'].run({ scopes: ['chat:read'] });
  await time.settle();
  twitch.decide(userId);
  await time.pass(5_000 + 1_500);
  await vault.actions['signIn.keep'].run({ id: signIn.current?.id ?? '', userId });
}

async function pairBot(
  { vault, time, approval }: Pick<FuzzFixture, 'vault' | 'time' | 'approval'>,
  name: string,
  user?: string,
): Promise<{ bot: TestBot; keys: Keys }> {
  const bot = connectBot(vault, () => undefined);
  resultOf(await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() }));
  const pairing = bot.request('pair', {
    wants: user === undefined ? [] : [{ user, scopes: [['chat:read']] }, { app: true }],
  });
  await time.settle();
  await time.pass(1_500);
  vault.actions['approval.decide'].run({ ...pictureOf(approval), decision: 'always', understood: true });
  const { keyId, key } = resultOf(await pairing);
  return { bot, keys: { keyId, key } };
}

/** What no bot may change, whatever it says. */
export function protectedState({ vault }: FuzzFixture): string {
  const { bots, settings, applications, locked, ...view } = vault.view();
  return JSON.stringify([
    flatAccounts(view).map(({ userId, login, intents, scopes, state }) => [
      userId,
      login,
      intents,
      scopes,
      state,
    ]),
    bots.map(({ keyId, name, grants }) => [
      keyId,
      name,
      grants.map(({ id, userId, intent, scopes }) => [id, userId, intent, scopes]),
    ]),
    settings,
    applications,
    locked,
  ]);
}
