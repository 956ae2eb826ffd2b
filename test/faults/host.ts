/**
 * The real core, socket, files and HTTP in plain Node, in front of the real sandbox: only the keychain,
 * the windows and the wall clock are fakes. Quick to start, so each fault gets one of its own.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { systemTimers } from '../../electron/adapters/clock.ts';
import { createDocumentStore } from '../../electron/adapters/files/document-store.ts';
import { systemHttp } from '../../electron/adapters/http.ts';
import { openSocket } from '../../electron/adapters/socket/server.ts';
import type { Deps, HttpRequest } from '../../electron/core/ports.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import { standInPlace } from '../../electron/policy/twitch-place.ts';
import {
  SANDBOX_CONFIDENTIAL_CLIENT,
  SANDBOX_PUBLIC_CLIENT,
  type Sandbox,
  startSandbox,
} from '../../sandbox/server.ts';
import type { AccountView } from '../../shared/views.ts';
import { FACTS, newNonce, resultOf, type TestBot } from '../fakes/bot.ts';
import { createFakeFiles } from '../fakes/chosen-files.ts';
import { createFakeComputer, fakeHost } from '../fakes/computer.ts';
import { openConf } from '../fakes/conf-file.ts';
import { createFakeBox } from '../fakes/secret-box.ts';
import { dialSocket } from '../fakes/socket-bot.ts';
import {
  createFakeApproval,
  createFakeDesktop,
  createFakeLines,
  createFakeLog,
  createFakeSignIn,
} from '../fakes/surfaces.ts';

/** Castkey waits ten seconds for an answer; here that is cut short. */
const TIMEOUT_MS = 400;
export const USER = '700100001';

/** A vault with one login, a paired bot on its socket, and a Twitch that can go wrong. */
export interface FaultHost {
  twitch: Sandbox;
  vault: Vault;
  bot: TestBot;
  account(): AccountView;
  /** The refresh token as it lies on the disk, opened. */
  refreshTokenOnDisk(): Promise<string | null>;
  /** Moves the clocks of the vault and of Twitch on, and has the vault look at once. */
  pass(ms: number): void;
  /** How often the login was to be renewed. */
  asked(): number;
  /** Every request to Twitch goes through this while it is set. */
  detour: ((request: HttpRequest) => HttpRequest) | null;
  close(): Promise<void>;
}

/** Starts it all; `kind` is that of the Twitch application. */
export async function openHost(kind: 'public' | 'confidential'): Promise<FaultHost> {
  let ahead = 0;
  let asked = 0;
  const now = (): number => Date.now() + ahead;
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  const twitch = await startSandbox({ now });
  const [box, approval, signIn, log] = [
    createFakeBox(),
    createFakeApproval(),
    createFakeSignIn(),
    createFakeLog(),
  ];
  const documents = (name: string) =>
    createDocumentStore({ folder: join(folder, name), openFile: openConf, now, onCorrupt: () => undefined });
  const deps: Deps = {
    ...{ clock: { now }, timers: systemTimers, box, approval, signIn, log, desktop: createFakeDesktop() },
    random: { bytes: (count) => randomBytes(count) },
    http: (request) => {
      if (request.body?.includes('grant_type=refresh_token')) asked += 1;
      return systemHttp({ ...(host.detour?.(request) ?? request), timeoutMs: TIMEOUT_MS });
    },
    accounts: documents('accounts'),
    documents: documents('documents'),
    activity: createFakeLines(),
    files: createFakeFiles(),
    twitch: standInPlace(twitch.url, false),
    host: fakeHost(join(folder, 's')),
    ...createFakeComputer(log),
  };
  const vault = createVault(deps);
  await vault.start();
  const accept: typeof vault.accept = (pipe) => vault.accept(pipe);
  const socket = await openSocket({
    path: join(folder, 's'),
    ownFolder: true,
    describe: () => ({
      facts: { ...FACTS, uid: process.getuid?.() ?? null },
      fingerprint: async () => null,
    }),
    refused: (peer) => vault.refusedPeer(peer),
    accept,
    log,
  });
  const { bot, hangUp } = await dialSocket(join(folder, 's'));
  const host: FaultHost = {
    ...{ twitch, vault, bot, detour: null },
    asked: () => asked,
    account: () => vault.view().accounts[0] ?? expect.fail('the account is gone'),
    refreshTokenOnDisk: () => readRefreshToken(join(folder, 'accounts'), box),
    pass(ms) {
      ahead += ms;
      vault.resume();
    },
    async close() {
      hangUp();
      await vault.stop();
      await socket.close();
      await twitch.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const client = kind === 'public' ? SANDBOX_PUBLIC_CLIENT : SANDBOX_CONFIDENTIAL_CLIENT;
  await vault.actions['app.configure']({ ...client, kind });
  await vault.actions['account.signIn']({ scopes: ['chat:read'] });
  await until(() => signIn.current?.userCode);
  twitch.control.approveDevice(signIn.current?.userCode ?? '', USER);
  await until(() => vault.view().accounts.length === 1);
  resultOf(await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce() }));
  const pairing = bot.request('pair', { wants: [{ user: USER, scopes: [['chat:read']] }] });
  await until(() => approval.current?.id);
  ahead += 2_000; // the buttons take no click at once
  vault.approval.decide({ id: approval.current?.id ?? '', verdict: 'always' });
  resultOf(await pairing);
  return host;
}

async function readRefreshToken(folder: string, box: Deps['box']): Promise<string | null> {
  const file =
    readdirSync(folder).find((name) => /^[^.]+\.json$/.test(name)) ?? expect.fail('there is no record');
  const { sealed } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { sealed: string };
  const opened = await box.open(sealed);
  if (opened.kind !== 'opened') return null;
  return (JSON.parse(opened.plain) as { refresh: string | null }).refresh;
}

/** Waits until something is so; `expect.poll` does not work in tests that run side by side. */
export async function until(so: () => unknown, timeout = 20_000): Promise<void> {
  const check = async (): Promise<void> => expect(await so()).toBeTruthy();
  await vi.waitFor(check, { timeout, interval: 20 });
}
