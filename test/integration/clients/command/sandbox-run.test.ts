import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Sandbox, startSandbox } from '../../../../sandbox/server.ts';
import { castkeyProgram, type Running } from '../../../support/castkey-program-fixture.ts';
import { type ClientFixture, openClientFixture } from '../../../support/client-fixture.ts';
import { findProgram } from '../../../support/find-program.ts';
import { whyNoOwnNetwork } from '../../../support/own-network.ts';
import { LUNA } from '../../../support/people.ts';
import { until } from '../../../support/until.ts';

const why = whyNoOwnNetwork();

/** A program with fixed hosts, in one file and without libraries; it prints what it met as JSON. */
const PROGRAM = `
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
const irc = async (socket) => {
  socket.write('NICK justinfan1\\r\\n');
  return String((await once(socket, 'data'))[0]).split('\\r\\n')[0];
};
const code = (work) => work.then(() => 'reached', (error) => error.code);
const headers = { authorization: 'OAuth ' + process.env.TOKEN };
const validated = await fetch('https://id.twitch.tv/oauth2/validate', { headers });
const socket = connectTls(443, 'eventsub.wss.twitch.tv', { servername: 'eventsub.wss.twitch.tv' });
socket.write('GET /ws HTTP/1.1\\r\\nHost: eventsub.wss.twitch.tv\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n' +
  'Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n');
const vault = connect(process.env.CASTKEY_SOCKET);
await once(vault, 'connect');
console.log(JSON.stringify({
  login: (await validated.json()).login,
  helix: (await fetch('https://api.twitch.tv/helix/users')).status,
  own: (await fetch(process.env.STAND_IN + '/helix/users')).status,
  eventsub: String((await once(socket, 'data'))[0]).split('\\r\\n')[0],
  irc: await irc(connect(6667, 'irc.chat.twitch.tv')),
  ircs: await irc(connectTls(6697, 'irc.chat.twitch.tv', { servername: 'irc.chat.twitch.tv' })),
  outside: await code(once(connect(443, '192.0.2.1'), 'connect')),
  neighbour: await code(once(connect(Number(process.env.NEIGHBOUR), '127.0.0.1'), 'connect')),
  name: await code(lookup('example.org')),
  proxy: process.env.HTTPS_PROXY ?? 'none',
  uid: process.getuid(),
}));
process.exit(0);
`;

/** The same by Python's own library alone, which knows nothing of NODE_EXTRA_CA_CERTS. */
const PYTHON = `
import urllib.request, urllib.error, ssl, socket
try: urllib.request.urlopen('https://id.twitch.tv/oauth2/validate')
except urllib.error.HTTPError as error: print(error.code, error.read().decode())
plain = socket.create_connection(('irc.chat.twitch.tv', 6697))
wire = ssl.create_default_context().wrap_socket(plain, server_hostname='irc.chat.twitch.tv')
wire.sendall(b'NICK justinfan1\\r\\n')
print(wire.recv(200).decode().split('\\r\\n')[0])
`;

describe.skipIf(why !== undefined)(`castkey sandbox run${why ? ` (${why})` : ''}`, () => {
  const castkey = castkeyProgram('client-sandbox', 'client-namespace');
  let fixture: ClientFixture;
  let sandbox: Sandbox;
  beforeEach(async () => {
    fixture = await openClientFixture();
    sandbox = await startSandbox();
    onTestFinished(() => sandbox.close());
  });
  const start = (program: readonly string[], env: Record<string, string> = {}): Running =>
    castkey.start(fixture, ['sandbox', 'run', '--port', String(sandbox.port), '--', ...program], { env });
  const script = async (name: string, text: string): Promise<string> => {
    const file = join(fixture.folder, name);
    await writeFile(file, text);
    return file;
  };

  /** A user token of the sandbox. */
  async function token(): Promise<string> {
    const form = { client_id: 'castkeysandboxpublic0000000000', scopes: 'chat:read' };
    const post = async (path: string, fields: Record<string, string>) =>
      (await (
        await fetch(sandbox.url + path, { method: 'POST', body: new URLSearchParams(fields) })
      ).json()) as Record<string, string>;
    const { device_code = '', user_code = '' } = await post('/oauth2/device', form);
    sandbox.control.approveDevice(user_code, LUNA);
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    return (await post('/oauth2/token', { ...form, grant_type, device_code })).access_token ?? '';
  }

  it('leads Twitch’s names to the sandbox that runs, and everything else nowhere', async () => {
    const neighbour = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void neighbour.close());
    await until(() => neighbour.address());
    const { port } = neighbour.address() as { port: number };
    const hosts = await readFile('/etc/hosts', 'utf8');
    const env = {
      TOKEN: await token(),
      STAND_IN: sandbox.url,
      NEIGHBOUR: String(port),
      HTTPS_PROXY: 'http://127.0.0.1:1',
    };
    const { code, out, err } = await start([process.execPath, await script('bot.mjs', PROGRAM)], env).ended();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual({
      ...{ login: 'luna_streams', helix: 401, own: 401, eventsub: 'HTTP/1.1 101 Switching Protocols' },
      ...{
        irc: ':tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!',
        ircs: ':tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!',
      },
      ...{ outside: 'ENETUNREACH', neighbour: 'ECONNREFUSED', name: 'ENOTFOUND', proxy: 'none' },
      uid: process.getuid?.(),
    });
    expect(await readFile('/etc/hosts', 'utf8')).toBe(hosts);
  });

  const python = findProgram('python3');
  it.skipIf(python === undefined)('is trusted by what comes with Python', async () => {
    const { code, out, err } = await start([python ?? '', await script('bot.py', PYTHON)]).ended();
    expect({ code, out, err }).toEqual({
      ...{ code: 0, err: '' },
      out: '401 {"status":401,"message":"missing authorization token"}\n:tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!\n',
    });
  });

  it('ends as its program ends, and can’t be undone from inside', async () => {
    const run = async (...program: string[]) => (await start(program).ended()).code;
    expect(await run('sh', '-c', 'umount /etc/hosts || ip link set lo down || exit 7')).toBe(7);
    expect(await run('castkey-has-no-such-program')).toBe(127);
    expect(await run('sh', '-c', 'kill -KILL $$')).toBe(137);
  });

  it.each<[NodeJS.Signals, number | null]>([
    ['SIGTERM', 143],
    ['SIGKILL', null],
  ])('leaves nothing behind when %s ends castkey', async (signal, code) => {
    const running = start(['sh', '-c', 'sleep 1000 & echo "pid $!."; wait']);
    const pid = Number(/pid (\d+)\./.exec(await running.until('.'))?.[1]);
    expect(pid).toBeGreaterThan(1);
    running.process.kill(signal);
    expect((await running.ended()).code).toBe(code);
    await until(() => !isAlive(pid));
  });

  it('starts a sandbox of its own where none runs', async () => {
    const { port } = sandbox;
    await sandbox.close();
    const body = "fetch('https://api.twitch.tv/helix/users').then(({ status }) => console.log(status))";
    const { code, out, err } = await castkey
      .start(fixture, ['sandbox', 'run', '--port', String(port), '--', process.execPath, '-e', body])
      .ended();
    expect({ code, out }).toEqual({ code: 0, out: '401\n' });
    expect(err).toContain(`CASTKEY_TWITCH=http://127.0.0.1:${port}`);
  });

  it('says what is missing, and what to do instead', async () => {
    const unshare = await script(
      'unshare',
      '#!/bin/sh\necho "unshare: Operation not permitted" >&2\nexit 1\n',
    );
    await chmod(unshare, 0o755);
    const env = { PATH: `${fixture.folder}:${process.env.PATH}` };
    const { code, err } = await start(['true'], env).ended();
    expect(code).toBe(1);
    expect(err).toMatch(/^unshare: Operation not permitted\ncastkey: .*no network of its own.*--as-twitch/s);
  });
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
