import { systemClock, systemTimers } from '../adapters/clock.ts';
import type { KeptLog } from '../adapters/files/log.ts';
import { systemHttp } from '../adapters/http.ts';
import { systemIdle } from '../adapters/power.ts';
import { systemPresence } from '../adapters/presence.ts';
import { systemRandom } from '../adapters/random.ts';
import type { ApprovalSurface, Desktop, FileChoice, Host, SignInSurface } from '../core/ports.ts';
import { createVault, type Vault } from '../core/vault.ts';
import { redactText } from '../policy/redact.ts';
import type { Place } from '../policy/twitch-place.ts';
import { configureBuiltInClient, openBuiltInSandbox } from './built-in-sandbox.ts';
import { type Mode, modeFolder, modePlace } from './profile.ts';
import { openSocketHost } from './socket-host.ts';
import { openStorage } from './storage.ts';

/** What every run of a vault shares, whichever Twitch it works with. */
export interface Surroundings {
  home: string;
  socketPath: string;
  ownsSocketFolder: boolean;
  host: Omit<Host, 'socketPath'>;
  approval: ApprovalSurface;
  signIn: SignInSurface;
  files: FileChoice;
  /** What leaves Castkey, for a place. */
  desktop(place: Place): Desktop;
  log: KeptLog;
}

/** A vault that is running: its storage open, its socket listening, its sandbox (if any) up. */
export interface VaultRun {
  mode: Mode;
  vault: Vault;
  stop(): Promise<void>;
}

/** Starts a vault for a mode. Rejects when its folder or its sandbox can't be had. */
export async function startRun(surroundings: Surroundings, mode: Mode): Promise<VaultRun> {
  const { home, log, approval, signIn, files, socketPath: path } = surroundings;
  const folder = modeFolder(home, mode);
  const storage = await openStorage(folder, log);
  const sandbox = mode.kind === 'sandbox' ? await openBuiltInSandbox(folder, storage.documents) : null;
  const place = sandbox?.place ?? modePlace(mode);
  const vault = createVault({
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    http: systemHttp,
    ...storage,
    approval,
    signIn,
    files,
    desktop: surroundings.desktop(place),
    idle: systemIdle,
    presence: systemPresence,
    log,
    logLines: log,
    redact: redactText,
    twitch: place,
    host: { ...surroundings.host, socketPath: path },
  });
  await vault.start();
  if (sandbox !== null) await configureBuiltInClient(vault);
  const bridge = await openSocketHost({
    path,
    ownFolder: surroundings.ownsSocketFolder,
    vault,
    timers: systemTimers,
    log,
  });
  const stop = async (): Promise<void> => {
    await vault.stop();
    await bridge.close();
    await sandbox?.close();
  };
  return { mode, vault, stop };
}
