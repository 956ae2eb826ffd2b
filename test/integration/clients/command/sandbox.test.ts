import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../../clients/command/run.ts';
import { FAULTS } from '../../../../clients/command/sandbox/faults.ts';
import { castkeyProgram, type Running } from '../../../support/castkey-program-fixture.ts';
import { type ClientFixture, openClientFixture } from '../../../support/client-fixture.ts';
import { terminal } from '../../../support/terminal-fixture.ts';

interface Disguised {
  readonly asTwitch: {
    readonly ports: Record<string, string>;
    readonly ca: string;
    readonly hostsFile: string;
  };
}

interface Greeting {
  readonly url: string;
  readonly port: number;
  readonly accounts: { readonly login: string }[];
  readonly clients: { readonly clientId: string; readonly kind: string }[];
}

describe('castkey sandbox as a program', () => {
  const castkey = castkeyProgram('client-sandbox');
  let fixture: ClientFixture;
  beforeEach(async () => {
    fixture = await openClientFixture();
  });

  /** A sandbox on any free port. */
  async function start(...flags: string[]): Promise<Running & Greeting> {
    const running = castkey.start(fixture, ['sandbox', '--port', '0', '--json', ...flags]);
    await running.until('\n');
    return { ...running, ...(JSON.parse(running.said.out) as Greeting) };
  }
  const fault = (port: number, ...words: string[]) =>
    castkey.start(fixture, ['sandbox', 'fault', ...words, '--port', String(port), '--json']).ended();
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
    const running = castkey.start(fixture, ['sandbox', '--port', '0']);
    const said = await running.until('quit ends it');
    const [, port = ''] = /CASTKEY_TWITCH=http:\/\/127\.0\.0\.1:(\d+)\n/.exec(said) ?? [];
    expect(said).toContain(`TWURPLE_MOCK_API_PORT=${port}\n`);
    expect(said).toMatch(/castkeysandboxpublic0{10} \(public\)/);
    expect(said).toContain(`chat at ws://127.0.0.1:${port}/irc, EventSub at ws://127.0.0.1:${port}/ws\n`);
    expect(said).toContain(`IRC       127.0.0.1:${port}, with and without TLS\n`);
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
      const io = terminal(fixture, { fetch });
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
    const file = join(fixture.folder, 'twitch.json');
    const first = await start('--state', file);
    const body = JSON.stringify({ login: 'new_here' });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${first.url}/sandbox/accounts`, { method: 'POST', headers, body });
    first.process.kill('SIGTERM');
    await first.ended();
    expect((await start('--state', file)).accounts.map(({ login }) => login)).toContain('new_here');
    expect(await readFile(file, 'utf8')).toContain('new_here');
  });

  it('says how it passes for Twitch, and takes its files along', async () => {
    const running = await start('--as-twitch');
    const { asTwitch } = JSON.parse(running.said.out) as Disguised;
    const states = ['open', 'EACCES', 'EADDRINUSE'];
    expect(Object.keys(asTwitch.ports)).toEqual(['80', '443', '6667', '6697']);
    for (const state of Object.values(asTwitch.ports)) expect(states).toContain(state);
    expect(await readFile(asTwitch.hostsFile, 'utf8')).toContain('127.0.0.1 id.twitch.tv\n');
    expect((await stat(dirname(asTwitch.ca))).mode & 0o077).toBe(0);
    // By whichever port is there: all are one.
    const port = asTwitch.ports[443] === 'open' ? 443 : running.port;
    const trust = {
      ca: await readFile(asTwitch.ca),
      servername: 'id.twitch.tv',
      headers: { host: 'id.twitch.tv' },
    };
    const status = await new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path: '/oauth2/validate', ...trust });
      asked
        .on('response', (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(401);
    running.process.kill('SIGTERM');
    expect((await running.ended()).code).toBe(0);
    await expect(stat(dirname(asTwitch.ca))).rejects.toThrow('ENOENT');
  });

  it('lets events happen, from elsewhere and as typed', async () => {
    const { process: typing, port, until: said, ended } = await start();
    const say = async (...words: string[]) => {
      const { code, out, err } = await castkey
        .start(fixture, ['sandbox', 'event', ...words, '--port', String(port)])
        .ended();
      return { code, said: out + err };
    };
    expect(await say('raid', 'pixelpia', 'viewers=42')).toEqual({
      ...{ code: 0, said: 'done: raid, heard by 0 subscriptions\n' },
    });
    expect((await say('list')).said).toContain('channel.subscribe 1  channel:read:subscriptions\n');
    expect(await say('cheer', 'bits=many')).toMatchObject({ code: 1, said: expect.stringContaining('bits') });
    expect(await say('dreams')).toMatchObject({ code: 1, said: expect.stringContaining('no such type') });
    expect((await say('raid', 'one', 'two')).code).toBe(2);
    typing.stdin?.write('event chat.message pixelpia text=hello\n');
    await said('"event":"chat.message"');
    typing.stdin?.write('quit\n');
    expect((await ended()).code).toBe(0);
  });

  it('says that its port is taken', async () => {
    const { port } = await start();
    const { code, err } = await castkey.start(fixture, ['sandbox', '--port', String(port)]).ended();
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/EADDRINUSE.*Choose another --port/),
    });
  });
});
