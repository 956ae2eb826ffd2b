/**
 * The real core behind its real socket, over real files and HTTP, in plain Node: only the keychain, the
 * windows and the wall clock are fakes. Needs no test runner, so that it can be a program of its own.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom, systemTimers } from '../../electron/adapters/clock-and-random.ts';
import { createDocumentStore } from '../../electron/adapters/files/document-store.ts';
import { createActivityLines } from '../../electron/adapters/files/line-file.ts';
import { createHttp } from '../../electron/adapters/http.ts';
import type { DescribePeer } from '../../electron/adapters/socket/peer.ts';
import { type OpenSocket, openSocket } from '../../electron/adapters/socket/server.ts';
import { fairShareOfLines } from '../../electron/core/activity/fair-share.ts';
import type {
  Deps,
  DocumentStore,
  Http,
  Log,
  PipeListener,
  SecretBox,
  Timers,
} from '../../electron/core/ports.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import { PROMPT_GUARD } from '../../shared/ipc.ts';
import type { TwitchEnvironment } from '../../shared/twitch-environment.ts';
import { openConf } from './conf-file.ts';
import { createFakeComputer, type FakeComputer } from './fake-computer.ts';
import { createFakeLog } from './fake-log.ts';
import { createFakeStreamer, type Streamer } from './fake-streamer.ts';
import { createMovableClock, type MovableClock } from './fake-time.ts';
import { LOCAL_PEER } from './test-bot.ts';

const systemHttp = createHttp();

/** A vault that bots can come to. */
export interface SocketVaultFixture {
  /** The vault's; gone after `close`. */
  readonly folder: string;
  readonly socket: string;
  readonly streamer: Streamer;
  readonly box: FakeComputer['box'];
  readonly files: FakeComputer['files'];
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
export interface SocketVaultOptions {
  readonly twitch: TwitchEnvironment;
  /** Allows a device code at that Twitch, as an account. */
  readonly allow: (userCode: string, userId: string) => void;
  /** The account the streamer consents as. */
  readonly userId: string;
  /** Real unless told. */
  readonly http?: Http | undefined;
  readonly clock?: MovableClock | undefined;
  /** A folder to begin with a copy of; empty unless told. */
  readonly profile?: string | undefined;
  /** What seals secrets; a fake unless told. */
  readonly openBox?: ((documents: DocumentStore, log: Log) => Promise<SecretBox>) | undefined;
  /** Who connects; a program of this computer unless told. */
  readonly describe?: DescribePeer | undefined;
  /** Stands between each connection and the vault. */
  readonly between?: ((listener: PipeListener) => PipeListener) | undefined;
}

const somebody: DescribePeer = () => {
  const peer = { ...LOCAL_PEER, uid: process.getuid?.() ?? null };
  return { peer, lookAgain: async () => peer, fingerprint: async () => null };
};

/** Opens it in a folder of its own; whoever does closes it. */
export async function openSocketVaultFixture(options: SocketVaultOptions): Promise<SocketVaultFixture> {
  const { clock = createMovableClock(), describe = somebody, between = (listener) => listener } = options;
  const { twitch, http = systemHttp, userId, allow } = options;
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  if (options.profile !== undefined) cpSync(options.profile, folder, { recursive: true });
  const path = join(folder, 's');
  const { pass } = clock;
  const log = createFakeLog();
  const computer = createFakeComputer(log, path);
  const { streamer, ...windows } = createFakeStreamer(userId, { vault: () => vault, pass, allow });
  const files = disk(folder, clock);
  const deps: Deps = {
    ...{ clock, timers: hastyTimers, random: systemRandom, twitch, http, log },
    ...computer,
    ...windows,
    ...files,
    box: (await options.openBox?.(files.documents, log)) ?? computer.box,
  };
  const sockets = new Set<Socket>();
  let vault = createVault(deps);
  let server: OpenSocket | undefined;
  const fixture: SocketVaultFixture = {
    ...{ folder, socket: path, streamer, box: computer.box, files: computer.files, pass },
    get vault() {
      return vault;
    },
    async start() {
      vault = createVault(deps);
      await vault.start();
      server = await openSocket({
        ...{ path, ownFolder: true, log },
        describe(socket) {
          sockets.add(socket.once('close', () => sockets.delete(socket)));
          return describe(socket);
        },
        refused: (peer) => vault.refusedPeer(peer),
        accept: (pipe) => between(vault.accept(pipe)),
      });
    },
    async kill() {
      for (const socket of sockets) socket.destroy();
      await server?.close();
      await vault.stop();
    },
    async close() {
      await vault.stop();
      await server?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await fixture.start();
  return fixture;
}

/** The fake streamer reads at once, so the time a real one gets for that is left out. */
const hastyTimers: Timers = {
  after: (ms, run) => systemTimers.after(READING.has(ms) ? 1 : ms, run),
};
const READING: ReadonlySet<number> = new Set(Object.values(PROMPT_GUARD));

function disk(folder: string, { now }: MovableClock): Pick<Deps, 'accounts' | 'documents' | 'activity'> {
  const documents = (name: string) =>
    createDocumentStore({ folder: join(folder, name), openFile: openConf, now, onCorrupt: () => undefined });
  const activity = createActivityLines(join(folder, 'activity.jsonl'), fairShareOfLines);
  return { accounts: documents('accounts'), documents: documents('documents'), activity };
}
