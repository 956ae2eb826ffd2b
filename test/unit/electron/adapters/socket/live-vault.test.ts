import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { castkeyAnswers } from '../../../../../electron/adapters/socket/live-vault.ts';
import { standInEnvironment } from '../../../../../electron/policy/twitch-environment.ts';
import { LUNA } from '../../../../support/people.ts';
import { openSocketVaultFixture } from '../../../../support/socket-vault-fixture.ts';

/** A program at a path of its own that does this with whoever connects. */
async function listenWith(serve: (socket: Socket) => void): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-live-'));
  const path = join(folder, 's.sock');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return path;
}

it('knows a Castkey by what it answers to hello', async () => {
  const fixture = await openSocketVaultFixture({
    twitch: standInEnvironment('http://127.0.0.1:9', false),
    http: async () => ({ kind: 'failure', sent: false, cause: 'ENOTFOUND' }),
    allow: () => undefined,
    userId: LUNA,
  });
  onTestFinished(() => fixture.close());
  expect(await castkeyAnswers(fixture.socket)).toBe(true);
});

it.each([
  ['says nothing', () => undefined],
  ['hangs up', (socket: Socket) => void socket.destroy()],
  ['says something else', (socket: Socket) => void socket.write('{"result":{"server":{"name":"other"}}}\n')],
  ['says rubbish without end', (socket: Socket) => void socket.write('x'.repeat(100_000))],
  ['says no', (socket: Socket) => void socket.write('{"error":{"code":-32600}}\n')],
])('takes a program that %s for none', async (_what, serve) => {
  expect(await castkeyAnswers(await listenWith(serve))).toBe(false);
});

it('takes a path where nobody listens for none', async () => {
  expect(await castkeyAnswers('/nowhere/at/all.sock')).toBe(false);
});
