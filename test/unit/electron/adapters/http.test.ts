import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../../../electron/adapters/http.ts';

const systemHttp = createHttp();

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  servers.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const get = (url: string, timeoutMs = 5000) => systemHttp({ method: 'GET', url, headers: {}, timeoutMs });

describe('an answer', () => {
  it('comes with its status, headers and body, whatever the status', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(429, { 'Ratelimit-Reset': '17' });
      response.end('{"é":1}');
    });
    const reply = await get(url);
    expect(reply).toMatchObject({ kind: 'answer', status: 429, body: '{"é":1}' });
    expect(reply.kind === 'answer' && reply.header('ratelimit-reset')).toBe('17');
    expect(reply.kind === 'answer' && reply.header('absent')).toBeNull();
  });

  it('is had for a form that was posted', async () => {
    const seen: string[] = [];
    const url = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      seen.push(`${request.method} ${request.headers['content-type']} ${body}`);
      response.end('ok');
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await systemHttp({ method: 'POST', url, headers, body: 'a=1&b=2', timeoutMs: 5000 });
    expect(seen).toEqual(['POST application/x-www-form-urlencoded a=1&b=2']);
  });

  it('may be a redirect, which is not followed', async () => {
    const paths: string[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' });
      response.end();
    });
    expect(await get(`${url}/start`)).toMatchObject({ kind: 'answer', status: 302 });
    expect(paths).toEqual(['/start']);
  });
});

describe('a failure', () => {
  it('is surely unsent when nobody listens', async () => {
    const server = createTcp();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await get(`http://127.0.0.1:${port}/?code=1`)).toEqual({
      kind: 'failure',
      sent: false,
      cause: 'ECONNREFUSED',
    });
  });

  it('is surely unsent when the name is not known', async () => {
    const reply = await get('http://no-such-host.invalid/');
    expect(reply).toMatchObject({ kind: 'failure', sent: false });
    expect(reply.kind === 'failure' && reply.cause).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('is surely unsent when the other side doesn’t speak TLS', async () => {
    const url = await serve((_request, response) => response.end('plain'));
    const reply = await get(url.replace('http:', 'https:'));
    expect(reply).toEqual({ kind: 'failure', sent: false, cause: 'ERR_SSL_WRONG_VERSION_NUMBER' });
  });

  it('may have been sent when the connection breaks before the answer', async () => {
    const url = await serve((request) => request.socket.resetAndDestroy());
    expect(await get(url)).toMatchObject({ kind: 'failure', sent: true });
  });

  it('may have been sent when the answer is cut off', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"access_token":');
      response.socket?.end();
    });
    expect(await get(url)).toMatchObject({ kind: 'failure', sent: true });
  });

  it('may have been sent when the answer takes too long', async () => {
    const url = await serve(() => {});
    expect(await get(url, 50)).toEqual({ kind: 'failure', sent: true, cause: 'timeout' });
  });

  it('may have been sent when the answer never ends', async () => {
    const url = await serve((_request, response) => {
      response.write('x'.repeat(1024 * 1024));
      response.write('x'.repeat(1024 * 1024));
    });
    expect(await get(url)).toEqual({ kind: 'failure', sent: true, cause: 'body-too-large' });
  });

  it('never quotes the URL', async () => {
    const replies = await Promise.all(
      ['http://no-such-host.invalid/?code=s3cret', 'nonsense?s3cret'].map((url) => get(url)),
    );
    expect(JSON.stringify(replies)).not.toContain('s3cret');
  });
});
