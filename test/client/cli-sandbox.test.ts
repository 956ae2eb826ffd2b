import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../clients/command/run.ts';
import { FAULTS } from '../../clients/command/stand-in/faults.ts';
import { castkeyProgram, type Running } from './castkey-program.ts';
import { type Bench, setUp } from './set-up.ts';
import { terminal } from './terminal.ts';

interface Greeting {
  readonly url: string;
  readonly port: number;
  readonly accounts: { readonly login: string }[];
  readonly clients: { readonly clientId: string; readonly kind: string }[];
}

describe('castkey sandbox as a program', () => {
  const castkey = castkeyProgram('client-sandbox');
  let bench: Bench;
  beforeEach(async () => {
    bench = await setUp();
  });

  /** A sandbox on any free port. */
  async function start(...flags: string[]): Promise<Running & Greeting> {
    const running = castkey.start(bench, ['sandbox', '--port', '0', '--json', ...flags]);
    await running.until('\n');
    return { ...running, ...(JSON.parse(running.said.out) as Greeting) };
  }
  const fault = (port: number, ...words: string[]) =>
    castkey.start(bench, ['sandbox', 'fault', ...words, '--port', String(port), '--json']).ended();
  /** What a refresh with a login that isn't one is answered with, or `cut`. */
  async function refresh(url: string): Promise<number | 'cut'> {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: 'any-client',
    });
    const reply = await fetch(`${url}/oauth2/token`, { method: 'POST', body }).catch(() => undefined);
    return reply?.status ?? 'cut';
  }

  it('says what Castkey and Twurple need to know, and ends with Ctrl-C', async () => {
    const running = castkey.start(bench, ['sandbox', '--port', '0']);
    const said = await running.until('quit ends it');
    const [, port = ''] = /CASTKEY_TWITCH=http:\/\/127\.0\.0\.1:(\d+)\n/.exec(said) ?? [];
    expect(said).toContain(`TWURPLE_MOCK_API_PORT=${port}\n`);
    expect(said).toMatch(/castkeysandboxpublic0{10} \(public\)/);
    expect(said).toContain(`chat at ws://127.0.0.1:${port}/irc, EventSub at ws://127.0.0.1:${port}/ws\n`);
    expect(said).toContain('luna_streams');
    expect((await fetch(`http://127.0.0.1:${port}/oauth2/validate`)).status).toBe(401);
    running.process.kill('SIGINT');
    expect((await running.ended()).code).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/oauth2/validate`)).rejects.toThrow();
  });

  it('fails as told from elsewhere, so often and there', async () => {
    const { url, port } = await start();
    expect(await refresh(url)).toBe(400);
    const { code, out } = await fault(port, '5xx', '--times', '2', '--path', '/oauth2/token');
    expect({ code, said: JSON.parse(out) }).toMatchObject({ code: 0, said: { fault: '5xx' } });
    expect((await fetch(`${url}/oauth2/validate`)).status).toBe(401);
    expect([await refresh(url), await refresh(url), await refresh(url)]).toEqual([503, 503, 400]);
    await fault(port, 'reset');
    expect([await refresh(url), await refresh(url)]).toEqual(['cut', 400]);
  });

  it('takes every fault it offers', async () => {
    const { port } = await start();
    const names = Object.keys(FAULTS);
    const ends = names.map(async (name) => {
      const io = terminal(bench, { fetch });
      return `${await run(['sandbox', 'fault', name, '--port', String(port)], io)} ${io.printed.err}`;
    });
    expect(await Promise.all(ends)).toEqual(names.map(() => '0 '));
  });

  it('lists and takes back the faults that wait', async () => {
    const { port, url } = await start();
    await fault(port, '429', '--times', 'all');
    expect(JSON.parse((await fault(port, 'list')).out).answer).toMatchObject([{ times: 'all', path: '/*' }]);
    expect(JSON.parse((await fault(port, 'clear')).out).answer).toEqual({ cleared: 1 });
    expect(await refresh(url)).toBe(400);
  });

  it('obeys what is typed, and says what it does not understand', async () => {
    const { process: typing, url, until, ended } = await start();
    typing.stdin?.write('dance\n5xx --times 2\n');
    await until('"fault":"5xx"');
    expect(await refresh(url)).toBe(503);
    typing.stdin?.write('quit\n');
    const { code, err } = await ended();
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('There is no fault "dance"') });
  });

  it('keeps accounts with --state', async () => {
    const file = join(bench.folder, 'twitch.json');
    const first = await start('--state', file);
    const body = JSON.stringify({ login: 'new_here' });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${first.url}/sandbox/accounts`, { method: 'POST', headers, body });
    first.process.kill('SIGTERM');
    await first.ended();
    expect((await start('--state', file)).accounts.map(({ login }) => login)).toContain('new_here');
    expect(await readFile(file, 'utf8')).toContain('new_here');
  });

  it('says that its port is taken', async () => {
    const { port } = await start();
    const { code, err } = await castkey.start(bench, ['sandbox', '--port', String(port)]).ended();
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/EADDRINUSE.*Choose another --port/),
    });
  });
});

describe('castkey sandbox fault', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await setUp();
  });

  it.each([
    ['dance'],
    [''],
    ['5xx luna_bot'],
    ['expire luna_bot surplus'],
    ['5xx --times 0'],
    ['5xx --times often'],
    ['expire --port 99999'],
  ])('refuses "%s", and asks nobody', async (words) => {
    expect(await run(['sandbox', 'fault', ...words.split(' ').filter(Boolean)], terminal(bench))).toBe(2);
  });

  it('refuses a fault without the word', async () => {
    const io = terminal(bench);
    expect(await run(['sandbox', 'expire'], io)).toBe(2);
    expect(io.printed.err).toContain('castkey sandbox fault expire');
  });

  it('goes to the stand-in that CASTKEY_TWITCH names, as JSON', async () => {
    const asked: unknown[] = [];
    Object.assign(bench.host.env, { CASTKEY_TWITCH: 'http://127.0.0.1:4712/' });
    const answering = async (url: unknown, init: unknown) => {
      asked.push(url, init);
      return Response.json({ expired: 1 });
    };
    const io = terminal(bench, { fetch: answering as typeof fetch });
    expect(await run(['sandbox', 'fault', 'expire', 'luna_bot'], io)).toBe(0);
    expect(asked).toMatchObject([
      'http://127.0.0.1:4712/sandbox/expire',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"user":"luna_bot"}' },
    ]);
    expect(io.printed.out).toBe('done: expire {"expired":1}\n');
  });

  it.each([
    ['says no', 400, '{"message":"no such account: x"}', 'no such account: x'],
    ['is something else', 200, '<html>', 'status 200'],
  ])('tells when what is there %s', async (_, status, body, told) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const io = terminal(bench, { fetch });
    const { port } = server.address() as AddressInfo;
    expect(await run(['sandbox', 'fault', 'list', '--port', String(port), '--json'], io)).toBe(1);
    expect(JSON.parse(io.printed.err)).toMatchObject({
      error: { code: 'sandbox-refused', message: expect.stringContaining(told) },
    });
  });

  it('tells when nobody is there', async () => {
    const io = terminal(bench, { fetch: () => Promise.reject(new TypeError('fetch failed')) });
    expect(await run(['sandbox', 'fault', 'list'], io)).toBe(1);
    expect(io.printed.err).toContain('Start one: castkey sandbox');
  });
});
