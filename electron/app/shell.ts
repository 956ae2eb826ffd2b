import { app } from 'electron';
import { createNotifier } from '../adapters/desktop.ts';
import { createFileChoice } from '../adapters/files/file-choice.ts';
import type { KeptLog } from '../adapters/files/log.ts';
import type { HeldProfile } from '../adapters/profile-lock/profile-lock.ts';
import { createMainWindow, type MainWindow } from '../adapters/windows/main-window.ts';
import type { WindowSet } from '../adapters/windows/window-set.ts';
import type { HostInfo } from '../core/ports.ts';
import { createDesktop } from './desktop.ts';
import { openKeychain } from './keychain.ts';
import type { StartOptions } from './options.ts';
import { complain } from './process-start.ts';
import type { Mode } from './profile.ts';
import type { Quit } from './quit.ts';
import type { Restart } from './restart.ts';
import type { ShellState } from './shell-state.ts';
import { startRun } from './vault-run.ts';
import { createVaultSwitcher, type VaultSwitcher } from './vault-switcher.ts';
import { createSurfaces, createUnseenSurfaces } from './windows.ts';

interface Options {
  options: StartOptions;
  /** Without a display nothing is shown, and bots are told that nobody can be asked. */
  restart: Pick<Restart, 'display' | 'bus' | 'now'>;
  windows: WindowSet;
  shellState: ShellState;
  log: KeptLog;
  quit: Pick<Quit, 'underWay'>;
  profile: Pick<HeldProfile, 'stands'>;
}

/** The vault in use and the window that shows it. */
export interface Shell {
  switcher: VaultSwitcher;
  main: MainWindow;
}

/** The oldest Electron whose Chromium still gets fixes when this is written. */
const MIN_CURRENT_ELECTRON = 43; // Electron security rule 16

/** Puts together the vault, the windows it asks with, and the main window. Nothing runs yet. */
export function createShell(given: Options): Shell {
  const { options, restart, windows, shellState, log, quit, profile } = given;
  const shown = restart.display === 'there';
  const main = !shown
    ? { show() {} }
    : createMainWindow({
        windows,
        readSize: () => shellState.read().size,
        saveSize: (size) => void shellState.change({ size }),
        closing: () => (quit.underWay() ? 'close' : switcher.view().settings.closeToTray ? 'hide' : 'quit'),
        quit: () => app.quit(),
      });
  const current = () => switcher.current();
  const shared = {
    ...options,
    mayWrite: profile.stands,
    keychain: openKeychain(restart.now),
    host: hostInfo(),
    ...(shown ? createSurfaces(windows, current) : createUnseenSurfaces(current)),
    files: createFileChoice(() => windows.get('main')),
    desktop: createDesktop.bind(null, {
      start: options,
      notify: createNotifier(main.show),
      openMain: () => main.show(),
      bus: restart.bus,
    }),
    log,
    say: complain,
  };
  const { defaultMode, startIn } = modesOf(options, shellState);
  const switcher: VaultSwitcher = createVaultSwitcher({
    defaultMode,
    startIn,
    startRun: (mode) => startRun(shared, mode),
    remember: (used) => shellState.change({ sandbox: used }),
    log,
  });
  return { switcher, main };
}

/** The Twitch without the sandbox, and the one to begin with. */
function modesOf(
  { standIn, sandbox }: StartOptions,
  shellState: ShellState,
): { defaultMode: Mode; startIn: Mode } {
  const defaultMode: Mode =
    standIn === null ? { kind: 'twitch' } : { kind: 'stand-in', environment: standIn };
  const inSandbox = sandbox || (standIn === null && shellState.read().sandbox);
  return { defaultMode, startIn: inSandbox ? { kind: 'sandbox' } : defaultMode };
}

function hostInfo(): Omit<HostInfo, 'socketPath' | 'passedOver'> {
  const system = `${process.platform} ${process.getSystemVersion()} ${process.arch}`;
  return { version: app.getVersion(), electron: electronInfo(), system, home: app.getPath('home') };
}

function electronInfo(): { version: string; outdated: boolean } {
  const version = process.versions.electron ?? '0';
  return { version, outdated: Number.parseInt(version, 10) < MIN_CURRENT_ELECTRON };
}
