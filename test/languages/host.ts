/**
 * The real core behind a real socket, in front of the real sandbox, for clients in other languages: only
 * keychain, windows and wall clock are fakes. It can be killed and started again over the same disk.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { systemTimers } from '../../electron/adapters/clock.ts';
import { createDocumentStore } from '../../electron/adapters/files/document-store.ts';
import { systemHttp } from '../../electron/adapters/http.ts';
import { type OpenSocket, openSocket } from '../../electron/adapters/socket/server.ts';
import type { ApprovalSurface, Deps, SignInSurface } from '../../electron/core/ports.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import { standInPlace } from '../../electron/policy/twitch-place.ts';
import { SANDBOX_CONFIDENTIAL_CLIENT, type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { FACTS } from '../fakes/bot.ts';
import { createFakeFiles } from '../fakes/chosen-files.ts';
import { createFakeComputer, fakeHost } from '../fakes/computer.ts';
import { openConf } from '../fakes/conf-file.ts';
import { createFakeBox } from '../fakes/secret-box.ts';
import { createFakeDesktop, createFakeLines, createFakeLog } from '../fakes/surfaces.ts';
import { until } from '../faults/host.ts';
import { type Overheard, overhear } from './overhear.ts';

/** The account every vault here has, and its intent. */
export const USER = '700100001';
export const INTENT = 'chat';
/** An account nobody has. */
export const NOBODY = '799999999';

/** What the streamer does with each question, until told otherwise. */
export interface Streamer {
  approval: 'always' | 'once' | 'deny';
  consent: 'yes' | 'no';
  /** How many approval windows she saw. */
  asked: number;
}

/** A vault with one login, for a client to come to. */
export interface LanguageHost {
  readonly folder: string;
  readonly path: string;
  readonly twitch: Sandbox;
  readonly streamer: Streamer;
  /** What came in over the socket since the vault was made. */
  readonly heard: Overheard;
  readonly vault: Vault;
  /** Hangs up on everybody without a word and is gone, as after SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it all, with one account signed in for `chat:read`. */
export async function openLanguageHost(): Promise<LanguageHost> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  const twitch = await startSandbox();
  const streamer: Streamer = { approval: 'always', consent: 'yes', asked: 0 };
  const path = join(folder, 's');
  const heard = overhear();
  const sockets = new Set<Socket>();
  const log = createFakeLog();
  let ahead = 0;
  let vault: Vault;
  let socket: OpenSocket | undefined;

  const approval: ApprovalSurface = {
    show({ id }) {
      streamer.asked += 1;
      setImmediate(() => {
        ahead += 2_000; // the buttons take no click at once
        vault.approval.decide({ id, verdict: streamer.approval });
      });
    },
    hide: () => undefined,
  };
  const answered = new Set<string>();
  const signIn: SignInSurface = {
    show({ id, userCode }) {
      if (!userCode || answered.has(userCode)) return;
      answered.add(userCode);
      if (streamer.consent === 'yes') twitch.control.approveDevice(userCode, USER);
      else setImmediate(() => void vault.signIn.cancel(id));
    },
    hide: () => undefined,
    showPage: () => undefined,
    hidePage: () => undefined,
  };
  const now = (): number => Date.now() + ahead;
  const documents = (name: string) =>
    createDocumentStore({ folder: join(folder, name), openFile: openConf, now, onCorrupt: () => undefined });
  const deps: Deps = {
    ...{ clock: { now }, timers: systemTimers, box: createFakeBox(), approval, signIn, log },
    ...{
      http: systemHttp,
      files: createFakeFiles(),
      activity: createFakeLines(),
      desktop: createFakeDesktop(),
    },
    random: { bytes: (count) => randomBytes(count) },
    accounts: documents('accounts'),
    documents: documents('documents'),
    twitch: standInPlace(twitch.url, false),
    host: fakeHost(path),
    ...createFakeComputer(log),
  };

  const host: LanguageHost = {
    ...{ folder, path, twitch, streamer, heard },
    get vault() {
      return vault;
    },
    async start() {
      vault = createVault(deps);
      await vault.start();
      const describe = (visitor: Socket) => {
        sockets.add(visitor.once('close', () => sockets.delete(visitor)));
        return { facts: { ...FACTS, uid: process.getuid?.() ?? null }, fingerprint: async () => null };
      };
      const accept: Vault['accept'] = (pipe) => heard.between(vault.accept(pipe));
      const refused: Vault['refusedPeer'] = (peer) => vault.refusedPeer(peer);
      socket = await openSocket({ path, ownFolder: true, describe, accept, refused, log });
    },
    async kill() {
      for (const visitor of sockets) visitor.destroy();
      await socket?.close();
      await vault.stop();
    },
    async close() {
      await host.kill();
      await twitch.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await host.start();
  await furnish(host);
  return host;
}

/** The Twitch application, one login, one intent. */
async function furnish({ vault }: LanguageHost): Promise<void> {
  const done = { ok: true, value: undefined };
  const application = { ...SANDBOX_CONFIDENTIAL_CLIENT, kind: 'confidential' as const };
  expect(await vault.actions['app.configure'](application)).toEqual(done);
  expect(await vault.actions['account.signIn']({ scopes: ['chat:read'] })).toEqual(done);
  await until(() => vault.view().accounts.length === 1);
  expect(await vault.actions['account.setIntents']({ userId: USER, intents: [INTENT] })).toEqual(done);
}
