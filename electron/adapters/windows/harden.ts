import { app } from 'electron';
import { staysOnPage } from '../../policy/navigation.ts';
import { isTwitchPage } from './twitch-view.ts';

/**
 * Rules that hold for every page there ever is: no popups, no webviews, and a page stays where it is.
 * The pages of twitch-view.ts have a stricter rule than the last one of their own.
 */
export function hardenEveryPage(): void {
  app.on('web-contents-created', (_event, page) => {
    page.setWindowOpenHandler(() => ({ action: 'deny' })); // Electron security rule 14
    page.on('will-attach-webview', (event) => event.preventDefault()); // Electron security rule 12
    page.on('will-frame-navigate', (event) => {
      if (isTwitchPage(page)) return;
      if (!event.isMainFrame || !staysOnPage(page.getURL(), event.url)) event.preventDefault(); // Electron security rule 13
    });
    page.on('will-redirect', (event) => {
      if (!isTwitchPage(page)) event.preventDefault(); // Electron security rule 13
    });
  });
}
