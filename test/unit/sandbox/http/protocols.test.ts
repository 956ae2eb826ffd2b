import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { PUBLIC, type SandboxFixture, startFixture } from '../sandbox-fixture.ts';

interface Answered {
  readonly status: number | undefined;
  readonly body: string;
}

/** A request over TLS by a program that believes to speak to Twitch. */
function ask({ sandbox }: SandboxFixture, host: string, path: string, body?: string): Promise<Answered> {
  const trust = { ca: sandbox.control.twitch().ca, servername: host };
  const method = body === undefined ? 'GET' : 'POST';
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    request(
      { host: '127.0.0.1', port: sandbox.port, path, method, headers, agent: false, ...trust },
      (answer) => {
        buffer(answer).then((bytes) => resolve({ status: answer.statusCode, body: String(bytes) }), reject);
      },
    )
      .once('error', reject)
      .end(body);
  });
}

test('Twitch’s own hosts answer over TLS, and links keep to them', async () => {
  const fixture = await startFixture();
  const validated = await ask(fixture, 'id.twitch.tv', '/oauth2/validate');
  expect(validated).toMatchObject({
    status: 401,
    body: expect.stringContaining('missing authorization token'),
  });
  expect((await ask(fixture, 'api.twitch.tv', '/helix/users')).body).toContain('OAuth token is missing');
  const form = String(new URLSearchParams({ ...PUBLIC, scopes: 'chat:read' }));
  const device = await ask(fixture, 'id.twitch.tv', '/oauth2/device', form);
  expect(JSON.parse(device.body)).toMatchObject({
    verification_uri: expect.stringMatching(/^https:\/\/id\.twitch\.tv\/activate/),
  });
  expect((await ask(fixture, 'twitch.tv.evil.example', '/').catch(String)).toString()).toMatch(/altnames/);
});

test('chat and EventSub over TLS', async () => {
  const fixture = await startFixture();
  const { sandbox } = fixture;
  const to = (host: string, path: string) => {
    const options = { ca: sandbox.control.twitch().ca, servername: host, headers: { host } };
    const socket = new WebSocket(`wss://127.0.0.1:${sandbox.port}${path}`, options);
    onTestFinished(() => socket.terminate());
    return socket;
  };
  const [welcome] = await once(to('eventsub.wss.twitch.tv', '/ws'), 'message');
  expect(String(welcome)).toContain('session_welcome');
  expect(sandbox.control.requestReconnect({ kind: 'eventsub' })).toBe(1);
  const chat = to('irc-ws.chat.twitch.tv', '/');
  await once(chat, 'open');
  chat.send('NICK justinfan1\r\n');
  expect(String((await once(chat, 'message'))[0])).toContain('001 justinfan1');
});

test('faults strike over TLS, too', async () => {
  const fixture = await startFixture();
  fixture.sandbox.control.addFault({ path: '/helix/users', effect: { kind: 'status', status: 503 } });
  fixture.sandbox.control.addFault({ path: '/helix/users', effect: { kind: 'reset' } });
  expect((await ask(fixture, 'api.twitch.tv', '/helix/users')).status).toBe(503);
  await expect(ask(fixture, 'api.twitch.tv', '/helix/users')).rejects.toThrow(/hang up|ECONNRESET/);
  expect((await ask(fixture, 'api.twitch.tv', '/helix/users')).status).toBe(401);
});

test('a request may come a byte at a time; what is no TLS after all ends', async () => {
  const { sandbox } = await startFixture();
  const slow = connect(sandbox.port, '127.0.0.1');
  onTestFinished(() => void slow.destroy());
  for (const sign of `POST /oauth2/revoke HTTP/1.1\r\nhost: 127.0.0.1:${sandbox.port}\r\nconnection: close\r\n\r\n`) {
    slow.write(sign);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(String(await buffer(slow))).toMatch(/^HTTP\/1\.1 400 /);
  const broken = connect(sandbox.port, '127.0.0.1');
  broken.on('error', () => {}).write(Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]));
  broken.resume();
  await once(broken, 'close');
});

test('closing cuts those who speak TLS as well', async () => {
  const { sandbox } = await startFixture();
  const socket = connectTls({ port: sandbox.port, host: '127.0.0.1', ca: sandbox.control.twitch().ca });
  socket.on('error', () => {}).resume();
  await once(socket, 'secureConnect');
  await Promise.all([once(socket, 'close'), sandbox.close()]);
});
