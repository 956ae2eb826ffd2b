/**
 * A whole house for a bot to live in: the real vault core on its real socket, the real sandbox Twitch
 * with its chat and events, and a streamer who says yes. Only the keychain and the windows are fakes.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { systemTimers } from '../../electron/adapters/clock.ts';
import { createDocumentStore } from '../../electron/adapters/files/document-store.ts';
import { systemHttp } from '../../electron/adapters/http.ts';
import type { Describe } from '../../electron/adapters/socket/peer.ts';
import { openSocket } from '../../electron/adapters/socket/server.ts';
import type { Deps, PipeListener } from '../../electron/core/ports.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import { standInPlace } from '../../electron/policy/twitch-place.ts';
import {
  SANDBOX_CONFIDENTIAL_CLIENT,
  SANDBOX_PUBLIC_CLIENT,
  type Sandbox,
  startSandbox,
} from '../../sandbox/server.ts';
import { FACTS } from '../fakes/bot.ts';
import { createFakeFiles } from '../fakes/chosen-files.ts';
import { createFakeComputer, fakeHost } from '../fakes/computer.ts';
import { openConf } from '../fakes/conf-file.ts';
import { createFakeBox } from '../fakes/secret-box.ts';
import {
  createFakeApproval,
  createFakeDesktop,
  createFakeLines,
  createFakeLog,
  createFakeSignIn,
  type FakeApproval,
  type FakeSignIn,
} from '../fakes/surfaces.ts';

// Libraries wait a second and more before they reconnect, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** IDs of the sandbox's people. */
export const LUNA = '700100001';
export const BOT = '700100002';
export const MAX = '700100003';
export const QUINN = '700100005';

export interface House {
  readonly twitch: Sandbox;
  readonly vault: Vault;
  readonly folder: string;
  readonly socket: string;
  /** The streamer signs an account in, with these scopes and no others, and gives it jobs. */
  signIn(userId: string, scopes: string[], intents?: string[]): Promise<void>;
  /** Methods that bots have called, in order; the test may empty it. */
  readonly asked: string[];
  /** How many requests to renew a token Twitch has had. */
  refreshes(): number;
  /** Moves the vault's clock on: it renews on request only once in ten seconds. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** How to build one. */
export interface HouseOptions {
  /** Of the Twitch application; public unless told. */
  readonly kind?: 'public' | 'confidential';
  /** Who connects; a program of this computer unless told. */
  readonly describe?: Describe;
}

const somebody: Describe = () => ({
  facts: { ...FACTS, uid: process.getuid?.() ?? null },
  fingerprint: async () => null,
});

/** Builds it; whoever does closes it. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { kind = 'public', describe = somebody } = options;
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  const socket = join(folder, 's');
  const twitch = await startSandbox();
  const clock = { ahead: 0, now: (): number => Date.now() + clock.ahead };
  const [approval, signIn] = [createFakeApproval(), createFakeSignIn()];
  const vault = createVault(depsOf({ folder, socket, twitch, now: clock.now, approval, signIn }));
  await vault.start();
  sayYes(approval, vault, clock);
  const signInNextAs = consent(signIn, twitch);
  const asked: string[] = [];
  const server = await openSocket({
    path: socket,
    ownFolder: true,
    describe,
    refused: (peer) => vault.refusedPeer(peer),
    accept: (pipe) => overhear(vault.accept(pipe), asked),
    log: createFakeLog(),
  });
  const client = kind === 'public' ? SANDBOX_PUBLIC_CLIENT : SANDBOX_CONFIDENTIAL_CLIENT;
  await vault.actions['app.configure']({ ...client, kind });
  return {
    ...{ twitch, vault, folder, socket, asked },
    async signIn(userId, scopes, intents = []) {
      signInNextAs(userId);
      await vault.actions['account.signIn']({ scopes });
      await untilAccount(vault, userId);
      await vault.actions['account.setIntents']({ userId, intents });
    },
    refreshes: () => twitch.control.requests({ grantType: 'refresh_token' }).length,
    pass(ms) {
      clock.ahead += ms;
    },
    async close() {
      await vault.stop();
      await server.close();
      await twitch.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Notes the method of each request; bots send whole lines. */
function overhear(listener: PipeListener, asked: string[]): PipeListener {
  return {
    ...listener,
    data(chunk) {
      for (const [, method = ''] of new TextDecoder().decode(chunk).matchAll(/"method":"(\w+)"/g)) {
        asked.push(method);
      }
      listener.data(chunk);
    },
  };
}

interface Makings {
  readonly folder: string;
  readonly socket: string;
  readonly twitch: Sandbox;
  readonly now: () => number;
  readonly approval: FakeApproval;
  readonly signIn: FakeSignIn;
}

function depsOf({ folder, socket, twitch, now, approval, signIn }: Makings): Deps {
  const documents = (name: string) =>
    createDocumentStore({ folder: join(folder, name), openFile: openConf, now, onCorrupt: () => undefined });
  const lines = createFakeLines();
  return {
    ...{ clock: { now }, timers: systemTimers, box: createFakeBox(), approval, signIn },
    ...{ log: createFakeLog(), desktop: createFakeDesktop(), files: createFakeFiles() },
    random: { bytes: (count) => randomBytes(count) },
    http: systemHttp,
    accounts: documents('accounts'),
    documents: documents('documents'),
    activity: lines,
    twitch: standInPlace(twitch.url, false),
    host: fakeHost(socket),
    ...createFakeComputer(lines),
  };
}

/** The streamer allows whatever a bot asks; the delay against stray clicks passes at once. */
function sayYes(approval: FakeApproval, vault: Vault, clock: { ahead: number }): void {
  const show = approval.show;
  approval.show = (view) => {
    show(view);
    queueMicrotask(() => {
      clock.ahead += 2_000;
      vault.approval.decide({ id: view.id, verdict: 'always' });
    });
  };
}

/** Says yes to Twitch as well: as the account expected, or else as the one returned last. */
function consent(signIn: FakeSignIn, twitch: Sandbox): (userId: string) => void {
  const show = signIn.show;
  const answered = new Set<string>();
  let who = LUNA;
  signIn.show = (view) => {
    show(view);
    if (!view.userCode || answered.has(view.userCode)) return;
    answered.add(view.userCode);
    twitch.control.approveDevice(view.userCode, view.expected?.userId ?? who);
  };
  return (userId) => {
    who = userId;
  };
}

/** The vault has an account. */
function untilAccount(vault: Vault, userId: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!vault.view().accounts.some((account) => account.userId === userId)) return;
      stop();
      resolve();
    };
    const stop = vault.onChange(look);
    look();
  });
}
