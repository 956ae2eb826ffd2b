/** How Castkey's windows are made; the security tests read this file. */
import type { WindowRole } from '../../shared/ipc.ts';

/** The part of Electron's WebPreferences that Castkey decides; anything else stays at its default. */
export interface Preferences {
  readonly sandbox: true;
  readonly contextIsolation: true;
  readonly nodeIntegration: false;
  readonly nodeIntegrationInWorker: false;
  readonly nodeIntegrationInSubFrames: false;
  readonly webviewTag: false;
  readonly navigateOnDragDrop: false;
  readonly spellcheck: false;
  readonly devTools: false;
}

/** Castkey's own pages and Twitch's alike; a window adds its preload and session, nothing else. */
export const SECURE_PREFERENCES: Preferences = Object.freeze({
  sandbox: true, // Electron security rule 4
  contextIsolation: true, // Electron security rule 3
  nodeIntegration: false, // Electron security rule 2
  nodeIntegrationInWorker: false, // Electron security rule 2
  nodeIntegrationInSubFrames: false, // Electron security rule 2
  webviewTag: false, // Electron security rules 11 and 12
  navigateOnDragDrop: false, // Electron security rule 13
  spellcheck: false, // what it takes beside it to fetch no dictionaries: adapters/windows/sessions.ts
  devTools: false, // whoever sits at the desk would run what they like in a page that may say yes
});

/** A Twitch page: as secure, with no preload at all. */
export const TWITCH_PREFERENCES = Object.freeze({ ...SECURE_PREFERENCES });

/** Pixels at the top of the sign-in window that stay Castkey's own while it shows a Twitch page. */
export const SIGN_IN_STRIP = 132;

/** What a window looks like from outside. */
export interface WindowShape {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly minWidth: number;
  readonly minHeight: number;
  readonly alwaysOnTop: boolean;
  /** False for a window that bots cause: it takes the keyboard from nothing, unless the streamer herself asked for it. */
  readonly takesFocus: boolean;
}

/** Titles and sizes; titles are what screen readers and tests know the windows by. */
export const WINDOWS: Readonly<Record<WindowRole, WindowShape>> = Object.freeze({
  main: {
    title: 'Castkey',
    width: 1120,
    height: 760,
    minWidth: 720,
    minHeight: 520,
    alwaysOnTop: false,
    takesFocus: true,
  },
  approval: {
    title: 'Castkey: allow a bot',
    width: 480,
    height: 640,
    minWidth: 420,
    minHeight: 480,
    alwaysOnTop: true,
    takesFocus: false,
  },
  signIn: {
    title: 'Castkey: sign in with Twitch',
    width: 520,
    height: 720,
    minWidth: 420,
    minHeight: 560,
    alwaysOnTop: false,
    takesFocus: false,
  },
});
