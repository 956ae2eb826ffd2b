import { app } from 'electron';
import { copyText } from '../adapters/clipboard.ts';
import { setOpenAtLogin } from '../adapters/login-item.ts';
import { openInBrowser } from '../adapters/open-external.ts';
import type { Desktop } from '../core/ports.ts';
import type { Place } from '../policy/twitch-place.ts';
import type { StartOptions } from './options.ts';

interface Options {
  start: Pick<StartOptions, 'home' | 'homeGiven'>;
  notify(message: { title: string; body: string }): void;
}

/** What leaves Castkey: browser, clipboard, notifications, the system's list of what starts at login. */
export function createDesktop(options: Options, place: Place): Desktop {
  const origin = place.standIn === null ? null : new URL(place.standIn.url).origin;
  return {
    openBrowser: (url) => openInBrowser(url, origin),
    copy: copyText,
    notify: options.notify,
    applySettings: (settings) => {
      // A rehearsal with a stand-in must not change what starts with the computer.
      if (place.standIn === null) setOpenAtLogin(settings.openAtLogin, launchCommand(options.start));
    },
  };
}

function launchCommand({ home, homeGiven }: Options['start']): Parameters<typeof setOpenAtLogin>[1] {
  const project = app.isPackaged ? [] : [app.getAppPath()];
  return {
    program: process.env.APPIMAGE ?? process.execPath,
    args: [...project, '--hidden'],
    env: homeGiven ? { CASTKEY_HOME: home } : {},
  };
}
