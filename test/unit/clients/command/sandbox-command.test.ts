import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../../../clients/command/run.ts';
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
    expect(io.printed.err).toContain('Start one: castkey sandbox');
  });
});
