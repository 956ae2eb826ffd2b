import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import WebSocket from 'ws';

const LIMIT_MS = 3_000;

/** What has Chromium open a port for this; it writes the port into the profile. */
export const DEBUGGING_FLAG = '--remote-debugging-port=0';

/**
 * Has Castkey's windows load their pages again, through Chromium's debugging port; Twitch's own pages are left
 * alone, and so is the main process with all it holds. Needs a Castkey that was started with DEBUGGING_FLAG.
 *
 * @param {string} home its profile
 */
export async function reloadWindows(home) {
  const [port] = (await readFile(join(home, 'DevToolsActivePort'), 'utf8')).split('\n');
  const signal = AbortSignal.timeout(LIMIT_MS);
  const pages = await (await fetch(`http://127.0.0.1:${port}/json/list`, { signal })).json();
  await Promise.all(pages.filter(({ url }) => url.startsWith('castkey://')).map(reload));
}

async function reload({ webSocketDebuggerUrl }) {
  const socket = new WebSocket(webSocketDebuggerUrl);
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    await once(socket, 'open', { signal });
    socket.send(JSON.stringify({ id: 1, method: 'Page.reload' }));
    await once(socket, 'message', { signal });
  } finally {
    socket.close();
  }
}
