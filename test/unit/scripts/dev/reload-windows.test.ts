import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';

interface ReloadWindows {
  readonly reloadWindows: (home: string) => Promise<void>;
}

const script = new URL('../../../../scripts/dev/reload-windows.mjs', import.meta.url).href;
const { reloadWindows } = (await import(/* @vite-ignore */ script)) as ReloadWindows;

/** Chromium's debugging port with these pages; notes what each was told. */
async function fakeChromium(pages: Record<string, string>) {
  const told: string[] = [];
  const server = createServer((_request, response) => {
    const { port } = server.address() as AddressInfo;
    const list = Object.entries(pages).map(([name, url]) => ({
      url,
      webSocketDebuggerUrl: `ws://127.0.0.1:${port}/${name}`,
    }));
    response.end(JSON.stringify(list));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    socket.on('message', (data) => {
      const { id, method } = JSON.parse(String(data)) as { id: number; method: string };
      told.push(`${request.url} ${method}`);
      socket.send(JSON.stringify({ id, result: {} }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const home = await mkdtemp(join(tmpdir(), 'castkey-reload-'));
  const { port } = server.address() as AddressInfo;
  await writeFile(join(home, 'DevToolsActivePort'), `${port}\n/devtools/browser/x`);
  onTestFinished(async () => {
    sockets.close();
    server.close();
    await rm(home, { recursive: true });
  });
  return { home, told };
}

it("reloads Castkey's own pages, and leaves Twitch's alone", async () => {
  const { home, told } = await fakeChromium({
    main: 'castkey://app/index.html',
    approval: 'castkey://app/approval.html',
    twitch: 'http://127.0.0.1:1234/oauth2/authorize',
  });
  await reloadWindows(home);
  expect(told.sort()).toEqual(['/approval Page.reload', '/main Page.reload']);
});

it('fails where no Castkey with a debugging port runs', async () => {
  const home = await mkdtemp(join(tmpdir(), 'castkey-reload-'));
  onTestFinished(() => rm(home, { recursive: true }));
  await expect(reloadWindows(home)).rejects.toThrow('ENOENT');
});
