/** Listens in on what Castkey's windows are told and hold, on the real channels and in the real pages. */
import type { ElectronApplication, Page } from 'playwright-core';

/** One message between a window and the main process, written out as JSON. */
export interface Message {
  /** `in` is what a page sends; `out` is what it gets, answers and pushes alike. */
  way: 'in' | 'out';
  channel: string;
  text: string;
}

export interface WindowTraffic {
  messages(): Promise<Message[]>;
}

/**
 * Hears every call and push from now on, of windows there are and of those to come. Electron offers no
 * way to listen to `invoke` calls, so the registered handlers are exchanged where it keeps them.
 */
export async function recordWindowTraffic(app: ElectronApplication): Promise<WindowTraffic> {
  await app.evaluate(({ app, ipcMain, webContents }) => {
    const heard: Message[] = [];
    Object.assign(globalThis, { heard });
    const note = (way: Message['way'], channel: string, what: unknown): void => {
      heard.push({ way, channel, text: JSON.stringify(what) ?? '' });
    };
    type Handler = (event: unknown, ...args: unknown[]) => Promise<unknown>;
    const { _invokeHandlers: handlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Handler> };
    for (const [channel, handler] of [...handlers]) {
      handlers.set(channel, async (event, ...args) => {
        note('in', channel, args);
        const answer = await handler(event, ...args);
        note('out', channel, answer);
        return answer;
      });
    }
    const tap = (page: Electron.WebContents): void => {
      const send = page.send.bind(page);
      page.send = (channel, ...args) => {
        note('out', channel, args);
        send(channel, ...args);
      };
    };
    webContents.getAllWebContents().forEach(tap);
    app.on('web-contents-created', (_event, page) => tap(page));
  });
  return { messages: () => app.evaluate(() => (globalThis as unknown as { heard: Message[] }).heard) };
}

/**
 * All that the page's JavaScript can still reach, as the file that Chromium's developer tools make of it.
 * It has the first 1,024 characters of each string.
 */
export async function heapOf(page: Page): Promise<string> {
  const devtools = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await devtools.detach();
  return chunks.join('');
}
