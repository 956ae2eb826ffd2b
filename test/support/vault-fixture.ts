import { randomBytes } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import type { Deps, Peer } from '../../electron/core/ports.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import type { ApprovalChoice } from '../../shared/ipc.ts';
import type { PairParams } from '../../shared/protocol.ts';
import type { VaultView } from '../../shared/views.ts';
import { type Canary, createCanary } from './canary.ts';
import { createFakeComputer } from './fake-computer.ts';
import type { FakeDesktop, FakeIdle, FakePresence } from './fake-desktop.ts';
import { createFakeDocumentStore, type FakeDocumentStore } from './fake-document-store.ts';
import type { FakeFileChoice } from './fake-file-choice.ts';
import { createFakeLines, createFakeLog, type FakeLines, type FakeLog } from './fake-log.ts';
import type { FakeSecretBox } from './fake-secret-box.ts';
import { createFakeTime, type FakeTime } from './fake-time.ts';
import { createFakeTwitch, type FakeTwitch } from './fake-twitch.ts';
import {
  createFakeApproval,
  createFakeSignIn,
  type FakeApproval,
  type FakeSignIn,
  pictureOf,
} from './fake-windows.ts';
import { type FlatAccount, flat } from './flat-accounts.ts';
import { ALICE, BOB, CLIENT_ID, LOGINS } from './people.ts';
import { connectBot, newNonce, resultOf, type TestBot } from './test-bot.ts';

/** A computer with a vault on it, a Twitch somewhere else, and a streamer. */
export interface VaultFixture {
  time: FakeTime;
  twitch: FakeTwitch;
  box: FakeSecretBox;
  accounts: FakeDocumentStore;
  documents: FakeDocumentStore;
  lines: FakeLines;
  approval: FakeApproval;
  signIn: FakeSignIn;
  desktop: FakeDesktop;
  files: FakeFileChoice;
  log: FakeLog;
  idle: FakeIdle;
  presence: FakePresence;
  canary: Canary;
  vault: Vault;
  deps: Deps;
  view(): VaultView;
  account(userId: string): FlatAccount;
  /** Quits Castkey and starts it again over the same disk; `meanwhile` runs while it is off. */
  restart(meanwhile?: () => void): Promise<void>;
  /** `print` is the fingerprint of its program. */
  connect(peer?: Peer, print?: string | null | Promise<string>): TestBot;
}

/** Everything but a vault; `start` it, or have `openVaultFixture` do so. */
export function createVaultFixture(): VaultFixture {
  const time = createFakeTime();
  const twitch = createFakeTwitch(time.elsewhere);
  const [accounts, documents] = [createFakeDocumentStore(), createFakeDocumentStore()];
  const approval = createFakeApproval(() => fixture.vault, time.timers);
  const signIn = createFakeSignIn();
  const [canary, log, lines] = [createCanary(), createFakeLog(), createFakeLines()];
  const computer = createFakeComputer(log, '/run/s');
  const { box, desktop, files, idle, presence } = computer;
  const deps: Deps = {
    ...{ clock: time.clock, timers: time.timers, accounts, documents, approval, signIn, log },
    ...computer,
    backupCost: 2,
    random: { bytes: (count) => randomBytes(count) },
    http: twitch.http,
    activity: lines,
    twitch: twitch.environment,
  };
  twitch.state.users.set(ALICE, LOGINS[ALICE]).set(BOB, LOGINS[BOB]);
  const fixture: VaultFixture = {
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
    view: () => fixture.vault.view(),
    account(userId) {
      const found = fixture.view().accounts.find((account) => account.userId === userId);
      if (found === undefined) throw new Error(`no account ${userId}`);
      return flat(found);
    },
    async restart(meanwhile) {
      await fixture.vault.stop();
      await time.settle();
      meanwhile?.();
      fixture.vault = watched(deps, canary);
      await fixture.vault.start();
      await time.settle();
    },
    connect: (peer, print) => connectBot(fixture.vault, canary.heard, peer, print),
  };
  onTestFinished(() => {
    collect(fixture);
    expect(canary.leaks(), 'a secret was seen where none may be').toEqual([]);
  });
  return fixture;
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
}: VaultFixture): void {
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
export async function openVaultFixture(kind: 'public' | 'confidential' = 'public'): Promise<VaultFixture> {
  const fixture = createVaultFixture();
  const { twitch, vault, time } = fixture;
  const secret = kind === 'confidential' ? twitch.state.secret('client') : null;
  twitch.state.apps.set(CLIENT_ID, { secret });
  await vault.start();
  const clientSecret = secret === null ? {} : { clientSecret: secret };
  const configured = await vault.actions['app.configure'].run({ clientId: CLIENT_ID, kind, ...clientSecret });
  expect(configured).toEqual({ ok: true, value: undefined });
  await time.settle();
  twitch.requests.length = 0; // what was asked of the application is no login's
  return fixture;
}

/**
 * The streamer signs in through the device flow, and says that it is her where Castkey asks. For the default application
 * unless told.
 */
export async function signInAs(
  fixture: VaultFixture,
  userId: string,
  scopes: string[] = ['chat:read'],
  clientId?: string,
): Promise<void> {
  const { vault, time, twitch } = fixture;
  const which = clientId === undefined ? {} : { clientId };
  expect(await vault.actions['account.signIn'].run({ scopes, ...which })).toMatchObject({ ok: true });
  await time.settle();
  await showTwitchHere(fixture);
  twitch.decide(userId);
  await time.pass(5_000);
  await keepNewcomer(fixture);
  expect(fixture.view().accounts.map((account) => account.userId)).toContain(userId);
}

/** She clicks "Sign in here". */
export async function showTwitchHere({ signIn, vault }: VaultFixture): Promise<void> {
  const id = signIn.current?.id ?? 'none';
  expect(await vault.actions['signIn.here'].run({ id })).toMatchObject({ ok: true });
}

/** She says that whoever signed in is herself; nothing happens unless she is asked. */
export async function keepNewcomer({ signIn, vault, time }: VaultFixture): Promise<void> {
  const { id = 'none', person = null } = signIn.current ?? {};
  if (person === null) return;
  await time.pass(1_500);
  expect(await vault.actions['signIn.keep'].run({ id, userId: person.userId })).toMatchObject({ ok: true });
}

/** A fixture with one account, `alice`, and no requests counted yet. */
export async function vaultFixtureWithAlice(
  scopes: string[] = ['chat:read'],
  kind: 'public' | 'confidential' = 'public',
): Promise<VaultFixture> {
  const fixture = await openVaultFixture(kind);
  await signInAs(fixture, ALICE, scopes);
  fixture.twitch.requests.length = 0;
  return fixture;
}

export interface PairedBot extends TestBot {
  keys: { keyId: string; key: string };
}

/** A bot that the streamer pairs and lets have what it wants; of the default application unless told. */
export async function pairBot(
  fixture: VaultFixture,
  wants: PairParams['wants'] = [{ user: ALICE, scopes: [['chat:read']] }],
  decision: Exclude<ApprovalChoice, 'deny'> = 'always',
  who: string | { name: string; twitchClientId: string } = 'bot',
): Promise<PairedBot> {
  const bot = fixture.connect();
  const { name, ...application } = typeof who === 'string' ? { name: who } : who;
  await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce(), ...application });
  const pairing = bot.request('pair', wants ? { wants } : {});
  await click(fixture, decision);
  const { keyId, key } = resultOf(await pairing);
  return Object.assign(bot, { keys: { keyId, key } });
}

/** The streamer reads the approval window and clicks. */
export async function click(
  fixture: VaultFixture,
  decision: ApprovalChoice,
  intents: Record<string, string> = {},
): Promise<void> {
  await fixture.time.settle();
  if (fixture.approval.current === null) throw new Error('no approval window is open');
  await fixture.time.pass(1_500);
  const answer = { ...pictureOf(fixture.approval), decision, intents, understood: true };
  expect(await fixture.vault.actions['approval.decide'].run(answer)).toMatchObject({ ok: true });
  await fixture.time.settle();
}
