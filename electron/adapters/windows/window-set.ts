import { BrowserWindow } from 'electron';
import { APP_ORIGIN, PAGES, type WindowRole } from '../../../shared/ipc.ts';
import { SECURE_PREFERENCES, WINDOWS } from '../../policy/window-options.ts';
import { reloadAfterCrash } from './crash-recovery.ts';
import { keepOnScreen } from './keep-on-screen.ts';

interface Options {
  session: Electron.Session;
  /** Path of the built preload. */
  preload: string;
  /** The argument that tells a preload its role. */
  roleFlag: string;
  icon: Electron.NativeImage;
}

/** How a window comes up. */
interface OpenOptions {
  size?: { width: number; height: number } | undefined;
  /** Whether it takes the keyboard; else as its role has it. */
  focus?: boolean;
}

/** Castkey's own windows: at most one of each role. */
export interface WindowSet {
  get(role: WindowRole): BrowserWindow | null;
  /** Makes the window of a role and shows it once its page has been drawn. */
  open(role: WindowRole, options?: OpenOptions): BrowserWindow;
  /** The id of the role's page, for the guard; null without one. */
  pageId(role: WindowRole): number | null;
  send(role: WindowRole, channel: string, data: unknown): void;
}

/** No windows yet. One that is closed, whoever closes it, leaves the set by itself. */
export function createWindowSet(options: Options): WindowSet {
  const windows = new Map<WindowRole, BrowserWindow>();
  const get = (role: WindowRole): BrowserWindow | null => windows.get(role) ?? null;
  return {
    get,
    open(role, how = {}) {
      const window = makeWindow(options, role, how);
      windows.set(role, window);
      window.on('closed', () => {
        if (windows.get(role) === window) windows.delete(role);
      });
      return window;
    },
    pageId: (role) => get(role)?.webContents.id ?? null,
    send(role, channel, data) {
      const window = get(role);
      if (window === null || window.isDestroyed() || window.webContents.isDestroyed()) return;
      window.webContents.send(channel, data);
    },
  };
}

function makeWindow(
  options: Options,
  role: WindowRole,
  { size, focus = WINDOWS[role].takesFocus }: OpenOptions,
): BrowserWindow {
  const { takesFocus: _, ...shape } = WINDOWS[role];
  const window = new BrowserWindow({
    ...shape,
    ...size,
    show: false,
    autoHideMenuBar: true,
    icon: options.icon,
    backgroundColor: '#18181b',
    webPreferences: {
      ...SECURE_PREFERENCES, // Electron security rules 2, 3, 4, 11
      session: options.session,
      preload: options.preload,
      additionalArguments: [`${options.roleFlag}${role}`],
    },
  });
  window.setMenuBarVisibility(false);
  keepOnScreen(window);
  window.on('page-title-updated', (event) => event.preventDefault()); // the title is the contract's, not the page's
  reloadAfterCrash(window.webContents);
  window.once('ready-to-show', () => {
    if (focus) window.show();
    else window.showInactive();
  });
  void window.loadURL(`${APP_ORIGIN}/${PAGES[role]}`); // Electron security rules 1 and 18
  return window;
}
