import { app } from 'electron';
import type { TwitchEnvironment } from '../../shared/twitch-environment.ts';
import type { BusRelay } from '../adapters/bus/relay.ts';
import { copyText, openInBrowser } from '../adapters/desktop.ts';
import { setOpenAtLogin } from '../adapters/login-item/login-item.ts';
import type { Desktop } from '../core/ports.ts';
import { givenPasswordStore } from '../policy/password-store.ts';
import type { StartOptions } from './options.ts';

interface Options {
  start: Pick<StartOptions, 'home' | 'homeGiven'>;
  notify: Desktop['notify'];
  openMain: Desktop['openMain'];
  bus: Pick<BusRelay, 'environment'>;
}

/** What leaves Castkey: browser, clipboard, notifications, the system's list of what starts at login. */
export function createDesktop(options: Options, environment: TwitchEnvironment): Desktop {
  const origin = environment.standIn === null ? null : new URL(environment.standIn.url).origin;
  return {
    openBrowser: (url) => openInBrowser(url, origin, options.bus.environment()),
    copy: copyText,
    notify: options.notify,
    openMain: options.openMain,
    applySettings: (settings) => {
      // A rehearsal with a stand-in must not change what starts with the computer.
      if (environment.standIn === null) setOpenAtLogin(settings.openAtLogin, launchCommand(options.start));
    },
  };
}

function launchCommand({ home, homeGiven }: Options['start']): Parameters<typeof setOpenAtLogin>[1] {
  const project = app.isPackaged ? [] : [app.getAppPath()];
  return {
    program: process.env.APPIMAGE ?? process.execPath,
    args: [...project, '--hidden', ...givenPasswordStore(process.argv)],
    env: homeGiven ? { CASTKEY_HOME: home } : {},
  };
}
