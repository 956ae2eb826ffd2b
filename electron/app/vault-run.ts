import { app } from 'electron';
import type { TwitchEnvironment } from '../../shared/twitch-environment.ts';
import { systemClock, systemRandom, systemTimers } from '../adapters/clock-and-random.ts';
import type { KeptLog } from '../adapters/files/log.ts';
import { createDownload, createHttp } from '../adapters/http.ts';
import type { Keychain } from '../adapters/keychain/safe-storage.ts';
import { drawPicture } from '../adapters/pictures/draw-picture.ts';
import { createPictureFetch } from '../adapters/pictures/fetch-picture.ts';
import { systemIdle, systemPresence } from '../adapters/presence.ts';
import type { ApprovalSurface, Desktop, FileChoice, HostInfo, SignInSurface } from '../core/ports.ts';
import { createVault, type Vault } from '../core/vault.ts';
import { redactText } from '../policy/redact.ts';
import { type BuiltInSandbox, configureBuiltInClient, openBuiltInSandbox } from './built-in-sandbox.ts';
import { movedFrom } from './options.ts';
import { type Mode, modeEnvironment, modeFolder } from './profile.ts';
import { openSocketHost } from './socket-host.ts';
import { openStorage, type Storage } from './storage.ts';
import { realFiles, realHttp, refuseRealAccounts } from './unsafe-flags.ts';

/** What every run of a vault shares, whichever Twitch it works with. */
export interface SharedDeps {
  home: string;
  /** False once the profile's folder isn't the one this Castkey was started with. */
  mayWrite(): boolean;
  keychain: Keychain;
  socketPath: string;
  passedOver: readonly string[];
  ownsSocketFolder: boolean;
  host: Omit<HostInfo, 'socketPath' | 'passedOver'>;
  approval: ApprovalSurface;
  signIn: SignInSurface;
  files: FileChoice;
  /** What leaves Castkey, with the real Twitch or a stand-in. */
  desktop(environment: TwitchEnvironment): Desktop;
  log: KeptLog;
  /** Tells whoever reads the terminal. */
  say(what: string): void;
}

/** A vault that is running: its storage open, its socket listening, its sandbox (if any) up. */
export interface VaultRun {
  mode: Mode;
  vault: Vault;
  /** Resolves when all of it is down; may be called again. */
  stop(): Promise<void>;
}

/** Chromium knows the desktop's settings and PAC files. */
const systemProxy = (url: string): Promise<string> => app.resolveProxy(url);

/** Starts a vault for a mode. Rejects when its folder or its sandbox can't be had. */
export async function startRun(shared: SharedDeps, mode: Mode): Promise<VaultRun> {
  const { home, log, approval, signIn, files, socketPath: path } = shared;
  if (mode.kind === 'twitch') mustBeSafe(home);
  const folder = modeFolder(home, mode);
  const storage = await openStorage(folder, shared);
  const sandbox = mode.kind === 'sandbox' ? await openRunSandbox(shared, folder, storage) : null;
  const environment = sandbox?.environment ?? modeEnvironment(mode);
  const http = createHttp(systemProxy);
  const fetch = createPictureFetch({ download: createDownload(systemProxy), draw: drawPicture });
  const vault = createVault({
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    http: mode.kind === 'twitch' ? realHttp(http) : http,
    ...storage,
    pictures: { ...storage.pictures, fetch },
    approval,
    signIn,
    files: mode.kind === 'twitch' ? realFiles(files) : files,
    desktop: shared.desktop(environment),
    idle: systemIdle,
    presence: systemPresence,
    log,
    logLines: log,
    redact: redactText,
    twitch: environment,
    host: { ...shared.host, socketPath: path, passedOver: shared.passedOver },
  });
  await vault.start();
  const socketHost = await openSocketHost({
    path,
    ownFolder: shared.ownsSocketFolder,
    moved: () => movedFrom(path),
    vault,
    timers: systemTimers,
    log,
  });
  const stop = async (): Promise<void> => {
    await vault.stop();
    await socketHost.close();
    await sandbox?.close();
  };
  return { mode, vault, stop: onceOnly(stop) };
}

function mustBeSafe(home: string): void {
  const refused = refuseRealAccounts(home);
  if (refused !== null) throw new Error(refused.problem);
}

async function openRunSandbox(
  { log, say }: SharedDeps,
  folder: string,
  storage: Storage,
): Promise<BuiltInSandbox> {
  const sandbox = await openBuiltInSandbox(folder, storage.documents, log);
  say(`the sandbox Twitch is at ${sandbox.environment.standIn?.url}`);
  await configureBuiltInClient(storage, log);
  return sandbox;
}

function onceOnly(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | null = null;
  return () => {
    stopping ??= stop();
    return stopping;
  };
}
