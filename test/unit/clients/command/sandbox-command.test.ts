import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished, test } from 'vitest';
import { run } from '../../../../clients/command/run.ts';
import { disguisedEnvironment } from '../../../../clients/command/sandbox/run-program.ts';
import { type ClientFixture, openClientFixture } from '../../../support/client-fixture.ts';
import { terminal } from '../../../support/terminal-fixture.ts';

describe('castkey sandbox fault', () => {
  let fixture: ClientFixture;
  beforeEach(async () => {
    fixture = await openClientFixture();
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
    expect(await run(['sandbox', 'fault', ...words.split(' ').filter(Boolean)], terminal(fixture))).toBe(2);
  });

  it('refuses a fault without the word', async () => {
    const io = terminal(fixture);
    expect(await run(['sandbox', 'expire'], io)).toBe(2);
    expect(io.printed.err).toContain('castkey sandbox fault expire');
  });

  it('goes to the stand-in that CASTKEY_TWITCH names, as JSON', async () => {
    const asked: unknown[] = [];
    Object.assign(fixture.host.env, { CASTKEY_TWITCH: 'http://127.0.0.1:4712/' });
    const answering = async (url: unknown, init: unknown) => {
      asked.push(url, init);
      return Response.json({ expired: 1 });
    };
    const io = terminal(fixture, { fetch: answering as typeof fetch });
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
    const io = terminal(fixture, { fetch });
    const { port } = server.address() as AddressInfo;
    expect(await run(['sandbox', 'fault', 'list', '--port', String(port), '--json'], io)).toBe(1);
    expect(JSON.parse(io.printed.err)).toMatchObject({
      error: { code: 'sandbox-refused', message: expect.stringContaining(told) },
    });
  });

  it('tells when nobody is there', async () => {
    const io = terminal(fixture, { fetch: () => Promise.reject(new TypeError('fetch failed')) });
    expect(await run(['sandbox', 'fault', 'list'], io)).toBe(1);
    expect(io.printed.err).toContain('Start one (castkey sandbox), or name');
  });
});

describe('castkey sandbox run', () => {
  let fixture: ClientFixture;
  beforeEach(async () => {
    fixture = await openClientFixture();
  });
  const disguise = { ca: 'PEM', hosts: ['id.twitch.tv'], wellKnownPorts: [443], ports: {} };

  it.each([
    ['run'],
    ['run surplus -- true'],
    ['run --as-twitch -- true'],
    ['fault list -- true'],
    ['-- true'],
    ['event'],
    ['event raid one two'],
  ])('refuses "%s", and asks nobody', async (words) => {
    expect(await run(['sandbox', ...words.split(' ')], terminal(fixture))).toBe(2);
  });

  it.each(['darwin', 'win32'] as const)(
    'says on %s that it needs Linux, and what to do instead',
    async (platform) => {
      Object.assign(fixture.host, { platform });
      const io = terminal(fixture, { fetch: (async () => Response.json(disguise)) as typeof fetch });
      expect(await run(['sandbox', 'run', '--json', '--', 'bot'], io)).toBe(1);
      expect(JSON.parse(io.printed.err)).toMatchObject({
        error: { code: 'no-namespace', message: expect.stringMatching(/needs Linux.*--as-twitch/) },
      });
      expect(io.spawned).toEqual([]);
    },
  );

  it('starts none of its own where CASTKEY_TWITCH names one that is gone', async () => {
    Object.assign(fixture.host.env, { CASTKEY_TWITCH: 'http://127.0.0.1:4712' });
    const io = terminal(fixture, { fetch: () => Promise.reject(new TypeError('fetch failed')) });
    expect(await run(['sandbox', 'run', '--', 'bot'], io)).toBe(1);
    expect(io.printed.err).toContain('No sandbox answers at http://127.0.0.1:4712');
  });

  it('sends an event with its details', async () => {
    const asked: unknown[] = [];
    const answering = async (url: unknown, init: unknown) => {
      asked.push(url, init);
      return Response.json({ type: 'raid', heard: 1 });
    };
    const io = terminal(fixture, { fetch: answering as typeof fetch });
    const words = ['event', 'raid', 'pixelpia', 'viewers=42', 'channel=modmax', 'text=a=b'];
    expect(await run(['sandbox', ...words], io)).toBe(0);
    expect(JSON.parse((asked[1] as { body: string }).body)).toEqual({
      ...{ type: 'raid', user: 'pixelpia', channel: 'modmax', details: { viewers: '42', text: 'a=b' } },
    });
    expect(io.printed.out).toBe('done: raid, heard by 1 subscription\n');
  });
});

test('a program in disguise trusts the sandbox alone, and goes through no proxy', () => {
  const env = {
    PATH: '/bin',
    https_proxy: 'http://p',
    NO_PROXY: 'x',
    ALL_PROXY: 'y',
    SSL_CERT_FILE: '/real',
  };
  expect(disguisedEnvironment(env, '/f/ca.pem')).toEqual({
    ...{ PATH: '/bin', NO_PROXY: 'x', NODE_EXTRA_CA_CERTS: '/f/ca.pem', SSL_CERT_FILE: '/f/ca.pem' },
    ...{ REQUESTS_CA_BUNDLE: '/f/ca.pem', CURL_CA_BUNDLE: '/f/ca.pem', DENO_CERT: '/f/ca.pem' },
  });
});
