/** What a page that has been taken over would try, and how Castkey's main process sees it. */
import type { ElectronApplication, Page } from 'playwright-core';

/** Something a page tried, and whether it was stopped. */
export interface Attempt {
  what: 'navigate' | 'download';
  url: string;
  stopped: boolean;
}

export interface PageWatch {
  attempts(): Promise<Attempt[]>;
  /** Warnings and errors on the consoles of all pages, breaches of the CSP among them. */
  complaints(): Promise<string[]>;
}

/** Watches all pages there are and will be; what it hears has passed Castkey's own listeners. */
export async function watchPages(app: ElectronApplication): Promise<PageWatch> {
  await app.evaluate(({ app, webContents }) => {
    const seen: { attempts: Attempt[]; complaints: string[] } = { attempts: [], complaints: [] };
    Object.assign(globalThis, { seen });
    const watch = (page: Electron.WebContents): void => {
      page.on('will-frame-navigate', ({ url, defaultPrevented: stopped }) => {
        seen.attempts.push({ what: 'navigate', url, stopped });
      });
      page.on(
        'console-message',
        ({ message, level }: { message?: string; level?: string }, ...old: unknown[]) => {
          // Until Electron 35 level (a number) and message were arguments of their own.
          const grave = level === 'warning' || level === 'error' || Number(old[0]) >= 2;
          if (grave) seen.complaints.push(`${page.getTitle()}: ${old[1] ?? message}`);
        },
      );
      page.session.on('will-download', (event, item) => {
        seen.attempts.push({ what: 'download', url: item.getURL(), stopped: event.defaultPrevented });
      });
    };
    webContents.getAllWebContents().forEach(watch);
    // Castkey listens for new pages too, and must have had its turn with this one.
    app.on('web-contents-created', (_event, page) => setImmediate(() => watch(page)));
  });
  type Seen = { seen: { attempts: Attempt[]; complaints: string[] } };
  return {
    attempts: () => app.evaluate(() => (globalThis as unknown as Seen).seen.attempts),
    complaints: () => app.evaluate(() => (globalThis as unknown as Seen).seen.complaints),
  };
}

/** What of Node and Electron a page can name. */
export const namesOfNode = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter(
      (name) => name in globalThis,
    ),
  );

/** How each wish for a permission ends. */
export const permissionsOf = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(async () => {
    const refusal = (wish: Promise<unknown>): Promise<string> =>
      wish.then(
        () => 'granted',
        (error: Error) => error.name,
      );
    const place = new Promise<string>((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        ({ code }) => resolve(code === 1 ? 'denied' : `error ${code}`),
      );
    });
    return {
      notifications: await Notification.requestPermission(),
      camera: await refusal(navigator.mediaDevices.getUserMedia({ video: true })),
      microphone: await refusal(navigator.mediaDevices.getUserMedia({ audio: true })),
      screen: await refusal(navigator.mediaDevices.getDisplayMedia()),
      clipboard: await refusal(navigator.clipboard.readText()),
      geolocation: await place,
    };
  });

/** Puts a script into the page's own text; true if it ran. */
export const inlineScriptRuns = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.inlineScriptRan = true';
    document.body.append(script);
    return 'inlineScriptRan' in globalThis;
  });

/** Answers of a call of the main window when the page titled so makes it, on the real channel. */
export function callAs(
  app: ElectronApplication,
  title: string,
): Promise<{ answer: unknown; origin: string }> {
  return app.evaluate(async ({ BrowserWindow, ipcMain }, title) => {
    type Handler = (event: object, ...args: unknown[]) => Promise<unknown>;
    const { _invokeHandlers: handlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Handler> };
    const window = BrowserWindow.getAllWindows().find((one) => one.getTitle() === title);
    const read = handlers.get('castkey:main:state.read');
    if (!window || !read) throw new Error(`no window titled "${title}", or no such call`);
    const sender = window.webContents;
    const answer = await read({ sender, senderFrame: sender.mainFrame });
    return { answer, origin: sender.mainFrame.origin };
  }, title);
}
