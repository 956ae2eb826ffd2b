import { WebContentsView } from 'electron';
import type { TwitchPage } from '../../core/ports.ts';
import { decideNavigation, decideRequest } from '../../policy/navigation.ts';
import { SIGN_IN_STRIP, TWITCH_PREFERENCES } from '../../policy/window-options.ts';
import { openTwitchSession } from './sessions.ts';

/** A Twitch page inside a window of Castkey's. */
export interface TwitchView {
  /** Takes it away and forgets its cookies and everything else of it. */
  close(): void;
}

const twitchPages = new WeakSet<Electron.WebContents>();

/** True for a page shown by `showTwitchPage`, which follows rules of its own. */
export const isTwitchPage = (page: Electron.WebContents): boolean => twitchPages.has(page);

/**
 * Shows a Twitch page below the strip that stays Castkey's. The page has no preload and a session of its
 * own, goes to the given origins only, and the way back to the redirect URI ends here: the request is
 * cancelled before it leaves, and its URL, which holds a one-time code, is handed to `onRedirect`.
 */
export function showTwitchPage(
  window: Electron.BrowserWindow,
  page: TwitchPage,
  onRedirect: (url: string) => void,
): TwitchView {
  const session = openTwitchSession();
  const view = new WebContentsView({ webPreferences: { ...TWITCH_PREFERENCES, session } }); // Electron security rules 2, 3, 4
  twitchPages.add(view.webContents);
  const caught = once(onRedirect);
  watchRequests(session, page, caught);
  watchNavigation(view.webContents, page, caught);
  const place = (): void => placeBelowStrip(window, view);
  window.contentView.addChildView(view);
  window.on('resize', place);
  place();
  void view.webContents.loadURL(page.url).catch(() => {}); // refused or offline: Chromium's own page says so
  return {
    close: once(() => {
      session.webRequest.onBeforeRequest(null);
      if (!window.isDestroyed()) {
        window.removeListener('resize', place);
        window.contentView.removeChildView(view);
      }
      view.webContents.close();
      void session.clearStorageData();
      void session.clearCache();
    }),
  };
}

function watchRequests(session: Electron.Session, page: TwitchPage, onRedirect: (url: string) => void): void {
  session.webRequest.onBeforeRequest({ urls: ['<all_urls>'] }, (details, answer) => {
    const decision = decideRequest(details.url, details.resourceType, page);
    answer({ cancel: decision !== 'load' }); // Electron security rule 13
    if (decision === 'redirect') onRedirect(details.url);
  });
}

function watchNavigation(
  contents: Electron.WebContents,
  page: TwitchPage,
  onRedirect: (url: string) => void,
): void {
  const decide = (event: { url: string; preventDefault(): void }): void => {
    const decision = decideNavigation(event.url, page);
    if (decision !== 'load') event.preventDefault(); // Electron security rule 13
    if (decision === 'redirect') onRedirect(event.url);
  };
  contents.on('will-frame-navigate', decide);
  contents.on('will-redirect', decide);
}

function placeBelowStrip(window: Electron.BrowserWindow, view: WebContentsView): void {
  const [width = 0, height = 0] = window.getContentSize();
  view.setBounds({ x: 0, y: SIGN_IN_STRIP, width, height: Math.max(0, height - SIGN_IN_STRIP) });
}

function once<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void {
  let called = false;
  return (...args) => {
    if (called) return;
    called = true;
    run(...args);
  };
}
