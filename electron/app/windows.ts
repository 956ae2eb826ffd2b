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

/**
 * Castkey's windows, with their pages, their preload and the rules every page keeps; `icon` is a data URL. `vault` has
 * the pictures of people that they show.
 */
export function prepareWindows(icon: string, vault: () => Pick<Vault, 'picture'>): WindowSet {
  const built = join(app.getAppPath(), 'dist');
  const session = openPageSession();
  const picture = (userId: string) => vault().picture(userId);
  servePages(session, { folder: join(built, 'renderer'), picture });
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

/** The windows by which the vault asks. */
interface Surfaces {
  approval: ApprovalSurface;
  signIn: SignInSurface;
}

/** They ask for what they show themselves, and then get it pushed. */
export function createSurfaces(windows: WindowSet, vault: () => Answers): Surfaces {
  return { approval: createApprovalSurface(windows, vault), signIn: createSignInSurface(windows, vault) };
}

/** The approval window. What it shows it asks for itself (`approval.read`) and then gets pushed. */
function createApprovalSurface(windows: WindowSet, vault: () => Answers): ApprovalSurface {
  return createPromptWindow('approval', windows, {
    closed: () => vault().approval.closed(),
    lost: () => vault().approval.lost(),
  });
}

/** The sign-in window, with or without a Twitch page in it. */
function createSignInSurface(windows: WindowSet, vault: () => Answers): SignInSurface {
  let view: TwitchView | null = null;
  const hidePage = (): void => {
    view?.close();
    view = null;
  };
  const ended = (how: 'closed' | 'lost') => (): void => {
    hidePage();
    vault().signIn[how]();
  };
  const window = createPromptWindow('signIn', windows, { closed: ended('closed'), lost: ended('lost') });
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

/** Both where there is no display: what would be asked is lost at once, so that bots needn't wait for nobody. */
export function createUnseenSurfaces(vault: () => Answers): Surfaces {
  const lose = (what: 'approval' | 'signIn') => ({
    show: () => void setImmediate(() => vault()[what].lost()),
    hide: () => {},
    visible: () => false,
  });
  const noPage = { showPage: () => {}, hidePage: () => {} };
  return { approval: lose('approval'), signIn: { ...lose('signIn'), ...noPage } };
}
