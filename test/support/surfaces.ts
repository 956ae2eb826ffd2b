import type {
  ApprovalSurface,
  Desktop,
  Idle,
  LineStore,
  Log,
  Presence,
  SignInSurface,
  TwitchPage,
} from '../../electron/core/ports.ts';
import type { ApprovalView, SettingsView, SignInView } from '../../shared/views.ts';

/** The approval window, as the streamer would see it. */
export interface FakeApproval extends ApprovalSurface {
  /** What is on screen; null while the window is hidden. */
  current: ApprovalView | null;
  /** All it ever showed. */
  shown: ApprovalView[];
}

export function createFakeApproval(): FakeApproval {
  const surface: FakeApproval = {
    current: null,
    shown: [],
    show(view) {
      surface.current = structuredClone(view);
      surface.shown.push(surface.current);
    },
    hide() {
      surface.current = null;
    },
  };
  return surface;
}

export interface FakeSignIn extends SignInSurface {
  current: SignInView | null;
  shown: SignInView[];
  /** The Twitch page inside the window; null while there is none. */
  page: TwitchPage | null;
}

export function createFakeSignIn(): FakeSignIn {
  const surface: FakeSignIn = {
    current: null,
    shown: [],
    page: null,
    show(view) {
      surface.current = structuredClone(view);
      surface.shown.push(surface.current);
    },
    hide() {
      surface.current = null;
    },
    showPage(page) {
      surface.page = page;
    },
    hidePage() {
      surface.page = null;
    },
  };
  return surface;
}

export interface FakeDesktop extends Desktop {
  opened: string[];
  copied: string[];
  notified: { title: string; body: string }[];
  applied: SettingsView[];
  /** While true, no browser can be opened. */
  noBrowser: boolean;
}

export function createFakeDesktop(): FakeDesktop {
  const desktop: FakeDesktop = {
    opened: [],
    copied: [],
    notified: [],
    applied: [],
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

export interface FakeLog extends Log, Pick<LineStore, 'tail'> {
  lines: { level: 'info' | 'warn' | 'error'; message: string; facts: unknown }[];
}

export function createFakeLog(): FakeLog {
  const lines: FakeLog['lines'] = [];
  return {
    lines,
    info: (message, facts) => void lines.push({ level: 'info', message, facts }),
    warn: (message, facts) => void lines.push({ level: 'warn', message, facts }),
    error: (message, facts) => void lines.push({ level: 'error', message, facts }),
    tail: async (count) =>
      lines
        .slice(-count)
        .map(({ level, message, facts }) => JSON.stringify({ level, message, ...Object(facts) })),
  };
}

export interface FakeLines extends LineStore {
  lines: string[];
}

export function createFakeLines(): FakeLines {
  const lines: string[] = [];
  return {
    lines,
    append: async (line) => void lines.push(line),
    tail: async (count) => lines.slice(-count),
  };
}
