/** A vault as it runs, less Electron: real core, clock, socket, files; Twitch and the streamer are fakes. */
import { join } from 'node:path';
import { systemTimers } from '../../electron/adapters/clock.ts';
import { createActivityLines } from '../../electron/adapters/files/activity-lines.ts';
import { createDocumentStore } from '../../electron/adapters/files/document-store.ts';
import { systemRandom } from '../../electron/adapters/random.ts';
import { createPeerLookup } from '../../electron/adapters/socket/peer.ts';
import { openSocket } from '../../electron/adapters/socket/server.ts';
import { thinLines } from '../../electron/core/audit/thin-lines.ts';
import type { Deps } from '../../electron/core/ports.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import { connectBot, newNonce, resultOf } from '../fakes/bot.ts';
import { createFakeFiles } from '../fakes/chosen-files.ts';
import { createFakeComputer, fakeHost } from '../fakes/computer.ts';
import { openConf } from '../fakes/conf-file.ts';
import { createFakeBox } from '../fakes/secret-box.ts';
import {
  createFakeApproval,
  createFakeDesktop,
  createFakeLog,
  createFakeSignIn,
  type FakeApproval,
} from '../fakes/surfaces.ts';
import { createFakeTwitch } from '../fakes/twitch.ts';

/** A bot that may enter, and the token it must get. */
export interface HouseBot {
  keyId: string;
  key: string;
  user: string;
  token: string;
}
export interface House {
  path: string;
  bots: HouseBot[];
  /** Gives a job to an account and takes it back the next time: every subscriber hears of its own. */
  stir(): Promise<void>;
  close(): Promise<void>;
}

const CLIENT_ID = 'clientid0000000000000000000001';
/** Allow can't be clicked sooner. */
const PATIENCE_MS = 2_000;

/** Opens a house in a folder, with so many bots, each with an account of its own. */
export async function openHouse(folder: string, count: number): Promise<House> {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const path = join(folder, 's');
  const twitch = createFakeTwitch(now);
  const [approval, log] = [createFakeApproval(), createFakeLog()];
  const documents = (name: string) =>
    createDocumentStore({ folder: join(folder, name), openFile: openConf, now, onCorrupt: () => undefined });
  const deps: Deps = {
    ...{ clock: { now }, timers: systemTimers, random: systemRandom, box: createFakeBox(), approval, log },
    ...{ accounts: documents('accounts'), documents: documents('documents'), files: createFakeFiles() },
    ...{ signIn: createFakeSignIn(), desktop: createFakeDesktop(), http: twitch.http, twitch: twitch.place },
    activity: createActivityLines(join(folder, 'activity.jsonl'), thinLines),
    host: fakeHost(path),
    ...createFakeComputer(log),
  };
  twitch.ledger.apps.set(CLIENT_ID, { secret: null });
  const vault = createVault(deps);
  await vault.start();
  await vault.actions['app.configure']({ clientId: CLIENT_ID, kind: 'public' });
  const bots: HouseBot[] = [];
  for (let user = 1001; user < 1001 + count; user += 1) {
    const login = { clientId: CLIENT_ID, userId: String(user), scopes: ['chat:read'] };
    twitch.ledger.users.set(login.userId, `streamer${user}`);
    const { access } = twitch.ledger.pair(login);
    await vault.actions['account.addToken']({ accessToken: access });
    const wait = (): void => {
      ahead += PATIENCE_MS;
    };
    bots.push({ ...(await pairBot(vault, approval, wait, login.userId)), user: login.userId, token: access });
  }
  const describe = await createPeerLookup(log);
  const door = await openSocket({
    ...{ path, ownFolder: true, describe, log },
    accept: (pipe) => vault.accept(pipe),
    refused: (peer) => vault.refusedPeer(peer),
  });
  return {
    path,
    bots,
    async stir() {
      for (const { userId, intents } of vault.view().accounts)
        await vault.actions['account.setIntents']({
          userId,
          intents: intents.length > 0 ? [] : [`job ${userId}`],
        });
    },
    async close() {
      await door.close();
      await vault.stop();
    },
  };
}

async function pairBot(
  vault: Vault,
  approval: FakeApproval,
  wait: () => void,
  user: string,
): Promise<Pick<HouseBot, 'keyId' | 'key'>> {
  const bot = connectBot(vault, () => undefined);
  resultOf(await bot.request('hello', { protocol: 1, client: { name: `bot ${user}` }, nonce: newNonce() }));
  const shown = new Promise<string>((resolve) => {
    const show = approval.show.bind(approval);
    approval.show = (view) => {
      approval.show = show;
      show(view);
      resolve(view.id);
    };
  });
  const pairing = bot.request('pair', { wants: [{ user, scopes: [['chat:read']] }] });
  const id = await shown;
  wait();
  vault.approval.decide({ id, verdict: 'always', intents: {} });
  const { keyId, key } = resultOf(await pairing);
  bot.hang();
  return { keyId, key };
}
