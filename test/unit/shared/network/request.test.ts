import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { request, type Way } from '../../../../shared/network/request.ts';
import { createTrust } from '../../../../shared/network/roots.ts';
import { type FakeProxy, startHttpProxy, startSocksProxy } from '../../../support/fake-proxy.ts';
import { AUTHORITY_NAME, type OwnAuthority, openOwnAuthority } from '../../../support/own-authority.ts';

const authority = openOwnAuthority();
afterAll(() => authority?.close());

/** A Twitch that only a proxy leads to. */
let port: number;
let heard: string[];
beforeAll(async () => {
  if (authority === null) return;
  const server = createHttpsServer(authority.certify('id.twitch.tv'), async (asked, response) => {
    let body = '';
    for await (const chunk of asked) body += String(chunk);
    heard.push(`${asked.method} ${asked.headers.host}${asked.url} ${body}`);
    response.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  return () => server.close();
});
beforeEach(({ skip }) => {
  if (authority === null) skip('there is no openssl to make certificates with');
  heard = [];
});

const closed = <T extends FakeProxy>(proxy: T): T => {
  onTestFinished(() => proxy.close());
  return proxy;
};
const trusting = ({ rootFile }: OwnAuthority) => createTrust([rootFile], { files: [], folders: [] });
const distrusting = createTrust([], { files: [], folders: [] });

function post(way: Partial<Way>, timeoutMs = 5_000) {
  const trust = authority === null ? distrusting : trusting(authority);
  const url = 'https://id.twitch.tv/oauth2/token';
  return request({ env: {}, trust, ...way }, { method: 'POST', url, headers: {}, body: 'a=1', timeoutMs });
}

describe('Twitch behind a proxy', () => {
  it.each([
    ['asks for nothing', undefined, ''],
    ['asks for a password', 'me@office:p:w', 'me%40office:p%3Aw@'],
  ])('that %s', async (_, password, login) => {
    const proxies = [
      closed(await startHttpProxy(port, 200, password)),
      closed(await startSocksProxy(port, password)),
    ];
    for (const [n, scheme] of ['http', 'socks5h'].entries()) {
      const env = { HTTPS_PROXY: `${scheme}://${login}127.0.0.1:${proxies[n]?.port}` };
      expect(await post({ env })).toMatchObject({ kind: 'answer', status: 200, body: '{"ok":true}' });
      expect(proxies[n]?.asked).toEqual([`${password ? `${password}@` : ''}id.twitch.tv:443`]);
    }
    const one = 'POST id.twitch.tv/oauth2/token a=1';
    expect(heard).toEqual([one, one]);
  });

  it('that the system’s settings name, the second when the first is gone', async () => {
    const gone = await startHttpProxy(port);
    gone.close();
    const proxy = closed(await startHttpProxy(port));
    const asked: string[] = [];
    const systemProxy = async (url: string) => {
      asked.push(url);
      return `PROXY 127.0.0.1:${gone.port}; PROXY 127.0.0.1:${proxy.port}`;
    };
    expect(await post({ systemProxy })).toMatchObject({ kind: 'answer', status: 200 });
    expect(asked).toEqual(['https://id.twitch.tv']);
    expect(heard).toHaveLength(1);
  });

  it('whose settings the environment overrules', async () => {
    const proxy = closed(await startHttpProxy(port));
    const env = { https_proxy: `127.0.0.1:${proxy.port}` };
    const systemProxy = () => Promise.reject(new Error('it must not be asked'));
    expect(await post({ env, systemProxy })).toMatchObject({ kind: 'answer' });
  });

  it('never for this computer itself', async () => {
    const proxy = closed(await startHttpProxy(port));
    const env = {
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      ALL_PROXY: `http://127.0.0.1:${proxy.port}`,
    };
    const way: Way = { env, trust: distrusting, systemProxy: async () => `PROXY 127.0.0.1:${proxy.port}` };
    const url = `https://localhost:${port}/`;
    expect(await request(way, { method: 'GET', url, headers: {}, timeoutMs: 5_000 })).toMatchObject({
      sent: false,
    });
    expect(proxy.asked).toEqual([]);
  });
});

describe('no way to Twitch: nothing is sent, and it is named', () => {
  it.each([
    ['asks for a password', 407, undefined, /^the proxy at 127\.0\.0\.1:\d+ asks for a password$/],
    ['takes another password', 200, 'me:right', /^the proxy at \S+ asks for a password$/],
    ['refuses', 403, undefined, /^the proxy at \S+ refuses \(status 403\)$/],
  ])('a proxy that %s', async (_, status, password, cause) => {
    const proxy = closed(await startHttpProxy(port, status, password));
    const reply = await post({ env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` } });
    expect(reply).toMatchObject({ kind: 'failure', sent: false, cause: expect.stringMatching(cause) });
    expect(heard).toEqual([]);
  });

  it('a proxy that takes no password of ours, which nobody is told', async () => {
    const http = closed(await startHttpProxy(port, 200, 'me:right'));
    const socks = closed(await startSocksProxy(port, 'me:right'));
    for (const proxy of [
      `http://me:wr0ng@127.0.0.1:${http.port}`,
      `socks5://me:wr0ng@127.0.0.1:${socks.port}`,
    ]) {
      const reply = await post({ env: { HTTPS_PROXY: proxy } });
      const cause = expect.stringMatching(/does not take this user name and password$/);
      expect(reply).toMatchObject({ sent: false, cause });
      expect(JSON.stringify(reply)).not.toContain('wr0ng');
    }
  });

  it.each([
    ['is not there', 'http://127.0.0.1:PORT', /can’t be reached \(ECONNREFUSED\)$/],
    ['speaks SOCKS 4', 'socks4://127.0.0.1:PORT', /SOCKS 4/],
    ['is none', 'nonsense://x', /^HTTPS_PROXY names no proxy$/],
  ])('a proxy that %s', async (what, proxy, cause) => {
    const there = await startHttpProxy(port);
    if (what === 'is not there') there.close();
    else onTestFinished(() => there.close());
    const reply = await post({ env: { HTTPS_PROXY: proxy.replace('PORT', `${there.port}`) } });
    expect(reply).toMatchObject({ sent: false, cause: expect.stringMatching(cause) });
  });

  it.each(['http', 'socks5', 'https'])('a %s proxy that never answers', async (scheme) => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port: silent } = server.address() as AddressInfo;
    const reply = await post({ env: { HTTPS_PROXY: `${scheme}://127.0.0.1:${silent}` } }, 200);
    expect(reply).toEqual({ kind: 'failure', sent: false, cause: 'timeout' });
  });

  it('a program that inspects https, by whom its certificate is', async () => {
    const proxy = closed(await startHttpProxy(port));
    const reply = await post({
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
      trust: distrusting,
    });
    expect(reply).toMatchObject({
      sent: false,
      cause: expect.stringContaining(`inspects https, “${AUTHORITY_NAME}”`),
      advice: expect.stringContaining('id.twitch.tv'),
    });
    expect(heard).toEqual([]);
  });

  it('somebody else in its place', async () => {
    const proxy = closed(await startHttpProxy(port));
    const trust = authority === null ? distrusting : trusting(authority);
    const way = { env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }, trust };
    const wanted = { method: 'GET', url: 'https://dev.twitch.tv/', headers: {}, timeoutMs: 5_000 } as const;
    expect(await request(way, wanted)).toMatchObject({
      sent: false,
      cause: '“id.twitch.tv” answers in its place',
    });
  });
});

describe('an answer that is none', () => {
  it.each([
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf',
    'nonsense\r\n\r\n',
  ])('ends within its time, and may have been carried out: %j', async (text) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => socket.write(text));
      onTestFinished(() => void socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/token`;
    const way = { env: {}, trust: distrusting };
    const reply = await request(way, { method: 'POST', url, headers: {}, body: 'a=1', timeoutMs: 300 });
    expect(reply).toMatchObject({ kind: 'failure', sent: true });
  });
});
