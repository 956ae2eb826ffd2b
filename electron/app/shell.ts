import { app } from 'electron';
import { createFileChoice } from '../adapters/files/file-choice.ts';
import type { KeptLog } from '../adapters/files/log.ts';
import { createNotifier } from '../adapters/notifier.ts';
import { createMainWindow, type MainWindow } from '../adapters/windows/main-window.ts';
import type { WindowSet } from '../adapters/windows/window-set.ts';
import type { Host } from '../core/ports.ts';
import { createDesktop } from './desktop.ts';
import type { StartOptions } from './options.ts';
import type { Mode } from './profile.ts';
import type { ShellState } from './shell-state.ts';
import { createApprovalSurface, createSignInSurface } from './surfaces.ts';
import { startRun } from './vault-run.ts';
import { createSession, type Session } from './vault-switcher.ts';

interface Options {
  options: StartOptions;
  windows: WindowSet;
  memory: ShellState;
  log: KeptLog;
  quitting(): boolean;
}

/** The vault in use and the window that shows it. */
export interface Shell {
  session: Session;
  main: MainWindow;
}

/** The oldest Electron whose Chromium still gets fixes when this is written. */
const MIN_CURRENT_ELECTRON = 43; // Electron security rule 16

/** Puts together the vault, the windows it asks with, and the main window. Nothing runs yet. */
export function createShell({ options, windows, memory, log, quitting }: Options): Shell {
  const main = createMainWindow({
    windows,
    readSize: () => memory.read().size,
    saveSize: (size) => void memory.change({ size }),
    closing: () => (quitting() ? 'close' : session.view().settings.closeToTray ? 'hide' : 'quit'),
    quit: () => app.quit(),
  });
  const notify = createNotifier(main.show);
  const surroundings = {
    ...options,
    host: hostFacts(),
    approval: createApprovalSurface(windows, () => session.current()),
    signIn: createSignInSurface(windows, () => session.current()),
    files: createFileChoice(() => windows.get('main')),
    desktop: createDesktop.bind(null, { start: options, notify }),
    log,
  };
  const usual: Mode =
    options.standIn === null ? { kind: 'twitch' } : { kind: 'stand-in', place: options.standIn };
  const sandbox = options.sandbox || (options.standIn === null && memory.read().sandbox);
  const session: Session = createSession({
    usual,
    startIn: sandbox ? { kind: 'sandbox' } : usual,
    startRun: (mode) => startRun(surroundings, mode),
    remember: (used) => memory.change({ sandbox: used }),
    log,
  });
  return { session, main };
}

function hostFacts(): Omit<Host, 'socketPath'> {
  const system = `${process.platform} ${process.getSystemVersion()} ${process.arch}`;
  return { version: app.getVersion(), electron: electronFacts(), system, home: app.getPath('home') };
}

function electronFacts(): { version: string; outdated: boolean } {
  const version = process.versions.electron ?? '0';
  return { version, outdated: Number.parseInt(version, 10) < MIN_CURRENT_ELECTRON };
}
