import { randomBytes } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import type { Deps, Peer } from '../../electron/core/ports.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import type { PairParams } from '../../shared/protocol.ts';
import type { AccountView, VaultView } from '../../shared/views.ts';
import { connectBot, newNonce, resultOf, type TestBot } from './bot.ts';
import { type Canary, createCanary } from './canary.ts';
import type { FakeFiles } from './chosen-files.ts';
import { createTime, type FakeTime } from './clock.ts';
import { createFakeComputer } from './computer.ts';
import { createFakeDocuments, type FakeDocuments } from './document-store.ts';
import type { FakeBox } from './secret-box.ts';
import {
  createFakeApproval,
  createFakeLines,
  createFakeLog,
  createFakeSignIn,
  type FakeApproval,
  type FakeDesktop,
  type FakeIdle,
  type FakeLines,
  type FakeLog,
  type FakePresence,
  type FakeSignIn,
} from './surfaces.ts';
import { createFakeTwitch, type FakeTwitch } from './twitch.ts';

export const CLIENT_ID = 'clientid0000000000000000000001';
export const [ALICE, BOB] = ['1001', '1002'] as const;

/** A computer with a vault on it, a Twitch somewhere else, and a streamer. */
export interface World {
  time: FakeTime;
  twitch: FakeTwitch;
  box: FakeBox;
  accounts: FakeDocuments;
  documents: FakeDocuments;
  lines: FakeLines;
  approval: FakeApproval;
  signIn: FakeSignIn;
  desktop: FakeDesktop;
  files: FakeFiles;
  log: FakeLog;
  idle: FakeIdle;
  presence: FakePresence;
  canary: Canary;
  vault: Vault;
  deps: Deps;
  view(): VaultView;
  account(userId: string): AccountView;
  /** Quits Castkey and starts it again over the same disk; `meanwhile` runs while it is off. */
  restart(meanwhile?: () => void): Promise<void>;
  /** `print` is the fingerprint of its program. */
  connect(facts?: Peer, print?: string | null | Promise<string>): TestBot;
}

/** Everything but a vault; `start` it, or have `openWorld` do so. */
export function createWorld(): World {
  const time = createTime();
  const twitch = createFakeTwitch(time.elsewhere);
  const [accounts, documents] = [createFakeDocuments(), createFakeDocuments()];
  const [approval, signIn] = [createFakeApproval(), createFakeSignIn()];
  const [canary, log, lines] = [createCanary(), createFakeLog(), createFakeLines()];
  const { clock, timers } = time;
  const computer = createFakeComputer(log, '/run/s');
  const { box, desktop, files, idle, presence } = computer;
  const deps: Deps = {
    ...{ clock, timers, accounts, documents, approval, signIn, log },
    ...computer,
    backupCost: 2,
    random: { bytes: (count) => randomBytes(count) },
    http: twitch.http,
    activity: lines,
    twitch: twitch.place,
  };
  twitch.ledger.users.set(ALICE, 'alice').set(BOB, 'bob');
  const world: World = {
    ...{
      time,
      twitch,
      box,
      accounts,
      documents,
      lines,
      approval,
      signIn,
      desktop,
      files,
      log,
      canary,
      deps,
    },
    ...{ idle, presence },
    vault: watched(deps, canary),
    view: () => world.vault.view(),
    account(userId) {
      const found = world.view().accounts.find((account) => account.userId === userId);
      if (found === undefined) throw new Error(`no account ${userId}`);
      return found;
    },
    async restart(meanwhile) {
      await world.vault.stop();
      await time.settle();
      meanwhile?.();
      world.vault = watched(deps, canary);
      await world.vault.start();
      await time.settle();
    },
    connect: (facts, print) => connectBot(world.vault, canary.heard, facts, print),
  };
  onTestFinished(() => {
    collect(world);
    expect(canary.leaks(), 'a secret was seen where none may be').toEqual([]);
  });
  return world;
}

/** A vault whose every view goes to the canary. */
function watched(deps: Deps, canary: Canary): Vault {
  const vault = createVault(deps);
  vault.onChange(() => canary.saw('view', vault.view()));
  return vault;
}

function collect({
  canary,
  vault,
  accounts,
  documents,
  lines,
  approval,
  signIn,
  desktop,
  log,
  twitch,
}: World): void {
  canary.saw('view', vault.view());
  for (const { name, text } of [...accounts.written, ...documents.written])
    canary.saw(`document ${name}`, text);
  for (const line of lines.lines) canary.saw('activity', line);
  canary.saw('approval window', approval.shown);
  canary.saw('sign-in window', signIn.shown);
  canary.saw('desktop', [desktop.opened, desktop.copied, desktop.notified]);
  canary.saw('log', log.lines);
  for (const { url } of twitch.requests) canary.saw('a URL', url);
}

/** A started vault with a Twitch application. */
export async function openWorld(kind: 'public' | 'confidential' = 'public'): Promise<World> {
  const world = createWorld();
  const { twitch, vault, time } = world;
  const secret = kind === 'confidential' ? twitch.ledger.secret('client') : null;
  twitch.ledger.apps.set(CLIENT_ID, { secret });
  await vault.start();
  const clientSecret = secret === null ? {} : { clientSecret: secret };
  const configured = await vault.actions['app.configure'].run({ clientId: CLIENT_ID, kind, ...clientSecret });
  expect(configured).toEqual({ ok: true, value: undefined });
  await time.settle();
  return world;
}

/** The streamer signs in through the device flow. */
export async function signInAs(
  world: World,
  userId: string,
  scopes: string[] = ['chat:read'],
): Promise<void> {
  const { vault, time, twitch } = world;
  expect(await vault.actions['account.signIn'].run({ scopes })).toMatchObject({ ok: true });
  await time.settle();
  twitch.decide(userId);
  await time.pass(5_000);
  expect(world.view().accounts.map((account) => account.userId)).toContain(userId);
}

/** A world with one account, `alice`, and no requests counted yet. */
export async function worldWithAlice(
  scopes: string[] = ['chat:read'],
  kind: 'public' | 'confidential' = 'public',
): Promise<World> {
  const world = await openWorld(kind);
  await signInAs(world, ALICE, scopes);
  world.twitch.requests.length = 0;
  return world;
}

export interface PairedBot extends TestBot {
  keys: { keyId: string; key: string };
}

/** A bot that the streamer pairs and lets have what it wants. */
export async function pairBot(
  world: World,
  wants: PairParams['wants'] = [{ user: ALICE, scopes: [['chat:read']] }],
  verdict: 'always' | 'once' = 'always',
  name = 'bot',
): Promise<PairedBot> {
  const bot = world.connect();
  await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() });
  const pairing = bot.request('pair', wants ? { wants } : {});
  await click(world, verdict);
  const { keyId, key } = resultOf(await pairing);
  return Object.assign(bot, { keys: { keyId, key } });
}

/** The streamer reads the approval window and clicks. */
export async function click(
  world: World,
  verdict: 'always' | 'once' | 'deny',
  intents: Record<string, string> = {},
): Promise<void> {
  await world.time.settle();
  const id = world.approval.current?.id;
  if (id === undefined) throw new Error('no approval window is open');
  await world.time.pass(1_500);
  expect(await world.vault.actions['approval.decide'].run({ id, verdict, intents })).toMatchObject({
    ok: true,
  });
  await world.time.settle();
}
