import type { Desktop, Idle, Presence } from '../../electron/core/ports.ts';
import type { SettingsView } from '../../shared/views.ts';

export interface FakeDesktop extends Desktop {
  opened: string[];
  copied: string[];
  notified: { title: string; body: string }[];
  applied: SettingsView[];
  /** How often the main window was brought up. */
  mainOpened: number;
  /** While true, no browser can be opened. */
  noBrowser: boolean;
}

export function createFakeDesktop(): FakeDesktop {
  const desktop: FakeDesktop = {
    opened: [],
    copied: [],
    notified: [],
    applied: [],
    mainOpened: 0,
    noBrowser: false,
    async openBrowser(url) {
      if (desktop.noBrowser) return false;
      desktop.opened.push(url);
      return true;
    },
    async copy(text) {
      desktop.copied.push(text);
    },
    notify: (message) => void desktop.notified.push(message),
    openMain() {
      desktop.mainOpened += 1;
    },
    applySettings: (settings) => void desktop.applied.push(settings),
  };
  return desktop;
}

/** A computer that has been left alone for so many seconds. */
export interface FakeIdle extends Idle {
  now: number;
  screen: boolean;
  /** How often the system was asked. */
  asked: number;
}

export function createFakeIdle(): FakeIdle {
  const idle: FakeIdle = {
    now: 0,
    screen: false,
    asked: 0,
    seconds() {
      idle.asked += 1;
      return idle.now;
    },
    screenLocked() {
      idle.asked += 1;
      return idle.screen;
    },
  };
  return idle;
}

/** A check of who sits there, as Touch ID is one. */
export interface FakePresence extends Presence {
  has: boolean;
  confirms: boolean;
  asked: string[];
}

export function createFakePresence(): FakePresence {
  const presence: FakePresence = {
    has: false,
    confirms: true,
    asked: [],
    available: () => presence.has,
    async ask(why) {
      presence.asked.push(why);
      return presence.confirms;
    },
  };
  return presence;
}
