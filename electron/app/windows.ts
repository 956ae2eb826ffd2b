import { join } from 'node:path';
import { app, nativeImage } from 'electron';
import { servePages } from '../adapters/scheme.ts';
import { setApplicationMenu } from '../adapters/windows/application-menu.ts';
import { hardenEveryPage } from '../adapters/windows/harden.ts';
import { createPromptWindow } from '../adapters/windows/prompt-window.ts';
import { openPageSession } from '../adapters/windows/sessions.ts';
import { showTwitchPage, type TwitchView } from '../adapters/windows/twitch-view.ts';
import { createWindowSet, type WindowSet } from '../adapters/windows/window-set.ts';
import type { ApprovalSurface, SignInSurface } from '../core/ports.ts';
import type { Vault } from '../core/vault.ts';
import { ROLE_FLAG } from '../ipc/channels.ts';

/** Castkey's windows, with their pages, their preload and the rules every page keeps; `icon` is a data URL. */
export function prepareWindows(icon: string): WindowSet {
  const built = join(app.getAppPath(), 'dist');
  const session = openPageSession();
  servePages(session, join(built, 'renderer'));
  hardenEveryPage();
  setApplicationMenu();
  return createWindowSet({
    session,
    preload: join(built, 'preload', 'preload.cjs'),
    roleFlag: ROLE_FLAG,
    icon: nativeImage.createFromDataURL(icon),
  });
}

type Answers = Pick<Vault, 'approval' | 'signIn'>;

/** The approval window. What it shows it asks for itself (`approval.read`) and then gets pushed. */
export function createApprovalSurface(windows: WindowSet, vault: () => Answers): ApprovalSurface {
  return createPromptWindow('approval', windows, {
    closed: () => vault().approval.closed(),
    lost: () => vault().approval.lost(),
  });
}

/** The sign-in window, with or without a Twitch page in it. */
export function createSignInSurface(windows: WindowSet, vault: () => Answers): SignInSurface {
  let view: TwitchView | null = null;
  const hidePage = (): void => {
    view?.close();
    view = null;
  };
  const ended = (): void => {
    hidePage();
    vault().signIn.closed();
  };
  const window = createPromptWindow('signIn', windows, { closed: ended, lost: ended });
  return {
    show: window.show,
    hide: () => {
      hidePage();
      window.hide();
    },
    showPage: (page) => {
      hidePage();
      const host = windows.get('signIn');
      if (host !== null) view = showTwitchPage(host, page, (url) => vault().signIn.redirected(url));
    },
    hidePage,
  };
}
