/**
 * The real core behind its real socket, over real files and HTTP, in plain Node: only the keychain, the
 * windows and the wall clock are fakes. Needs no test runner, so that it can be a program of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemTimers } from '../../electron/adapters/clock.ts';
import { createActivityLines } from '../../electron/adapters/files/activity-lines.ts';
import { createDocumentStore } from '../../electron/adapters/files/document-store.ts';
import { systemHttp } from '../../electron/adapters/http.ts';
import { systemRandom } from '../../electron/adapters/random.ts';
import type { Describe } from '../../electron/adapters/socket/peer.ts';
import { type OpenSocket, openSocket } from '../../electron/adapters/socket/server.ts';
import { thinLines } from '../../electron/core/activity/thin-lines.ts';
import type { Deps, Http, PipeListener, TwitchPlace } from '../../electron/core/ports.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import { FACTS } from './bot.ts';
import { createMovableClock, type MovableClock } from './clock.ts';
import { createFakeComputer, type FakeComputer } from './computer.ts';
import { openConf } from './conf-file.ts';
import { createStreamer, type Streamer } from './streamer.ts';
import { createFakeLog } from './surfaces.ts';

/** A vault that bots can come to. */
export interface StandingVault {
  /** The vault's; gone after `close`. */
  readonly folder: string;
  readonly socket: string;
  readonly streamer: Streamer;
  readonly box: FakeComputer['box'];
  /** Another one after each `start`. */
  readonly vault: Vault;
  /** Moves the vault's clock on. */
  pass(ms: number): void;
  /** Hangs up on everybody without a word and is gone, as after SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again over the same disk. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What differs from one to the next. */
export interface StandingOptions {
  readonly twitch: TwitchPlace;
  /** Allows a device code at that Twitch, as an account. */
  readonly allow: (userCode: string, userId: string) => void;
  /** The account the streamer consents as. */
  readonly userId: string;
  /** Real unless told. */
  readonly http?: Http | undefined;
  readonly clock?: MovableClock | undefined;
  /** Who connects; a program of this computer unless told. */
  readonly describe?: Describe | undefined;
  /** Stands between each connection and the vault. */
  readonly between?: ((listener: PipeListener) => PipeListener) | undefined;
}

const somebody: Describe = () => ({
  facts: { ...FACTS, uid: process.getuid?.() ?? null },
  fingerprint: async () => null,
});

/** Opens it in a folder of its own; whoever does closes it. */
export async function openStandingVault(options: StandingOptions): Promise<StandingVault> {
  const { clock = createMovableClock(), describe = somebody, between = (listener) => listener } = options;
  const { twitch, http = systemHttp, userId, allow } = options;
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  const path = join(folder, 's');
  const { pass } = clock;
  const log = createFakeLog();
  const computer = createFakeComputer(log, path);
  const { streamer, ...windows } = createStreamer(userId, { vault: () => vault, pass, allow });
  const deps: Deps = {
    ...{ clock, timers: systemTimers, random: systemRandom, twitch, http, log },
    ...computer,
    ...windows,
    ...disk(folder, clock),
  };
  const visitors = new Set<Socket>();
  let vault = createVault(deps);
  let door: OpenSocket | undefined;
  const standing: StandingVault = {
    ...{ folder, socket: path, streamer, box: computer.box, pass },
    get vault() {
      return vault;
    },
    async start() {
      vault = createVault(deps);
      await vault.start();
      door = await openSocket({
        ...{ path, ownFolder: true, log },
        describe(visitor) {
          visitors.add(visitor.once('close', () => visitors.delete(visitor)));
          return describe(visitor);
        },
        refused: (peer) => vault.refusedPeer(peer),
        accept: (pipe) => between(vault.accept(pipe)),
      });
    },
    async kill() {
      for (const visitor of visitors) visitor.destroy();
      await door?.close();
      await vault.stop();
    },
    async close() {
      await vault.stop();
      await door?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await standing.start();
  return standing;
}

function disk(folder: string, { now }: MovableClock): Pick<Deps, 'accounts' | 'documents' | 'activity'> {
  const documents = (name: string) =>
    createDocumentStore({ folder: join(folder, name), openFile: openConf, now, onCorrupt: () => undefined });
  const activity = createActivityLines(join(folder, 'activity.jsonl'), thinLines);
  return { accounts: documents('accounts'), documents: documents('documents'), activity };
}
