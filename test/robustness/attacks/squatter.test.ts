import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { connect as connectBot } from '../../../clients/javascript/src/connect.ts';
import { openSocket } from '../../../electron/adapters/socket/server.ts';
import { attack } from '../../support/attack.ts';
import { pictureOf } from '../../support/fake-windows.ts';
import { type AttackFixture, openAttackFixture } from './attack-fixture.ts';

/** The real client library, with a key file of its own. */
async function clientOf({ folder, path, time, vault, approval }: AttackFixture) {
  const keyFile = join(folder, 'key.json');
  const options = { name: 'streamdeck', wants: [], socket: path, keyFile, timeoutMs: 5_000 };
  const pairing = connectBot(options);
  await expect.poll(() => approval.current?.id).toBeTruthy();
  await time.pass(1_500);
  vault.actions['approval.decide'].run({ ...pictureOf(approval), decision: 'always', intents: {} });
  (await pairing).close();
  return () => connectBot(options);
}

attack(
  'a program on the vault’s path that plays back what the vault once said',
  'the bot tells it nothing of worth',
  async () => {
    const fixture = await openAttackFixture();
    const call = await clientOf(fixture);
    const answer = await recordedHello(fixture, join(fixture.folder, 'key.json'));
    await fixture.close();
    const heard: string[] = [];
    const squatter = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.setEncoding('utf8').on('data', (text: string) => {
        heard.push(text);
        socket.write(answer);
      });
    });
    rmSync(fixture.path, { force: true });
    squatter.listen(fixture.path);
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    await expect(call()).rejects.toMatchObject({ code: 'vault-unproven', retryable: false });
    expect(heard).toHaveLength(1);
    const { method, params } = JSON.parse(heard[0] ?? '') as { method: string; params: object };
    expect([method, Object.keys(params).sort()]).toEqual(['hello', ['client', 'keyId', 'nonce', 'protocol']]);
  },
);

/** What the vault answers to `hello` with the bot's key ID, its proof included. */
async function recordedHello({ path }: AttackFixture, keyFile: string): Promise<string> {
  const { keyId } = JSON.parse(readFileSync(keyFile, 'utf8')) as { keyId: string };
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  const params = { protocol: 1, client: { name: 'thief' }, keyId, nonce: 'n'.repeat(43) };
  socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hello', params })}\n`);
  const line = String(await once(socket.setEncoding('utf8'), 'data'));
  expect(line).toContain('"proof"');
  return line;
}

attack(
  'a program already on the path when the vault starts',
  'the vault says so and stays away',
  async () => {
    const fixture = await openAttackFixture();
    const { folder } = fixture;
    const path = join(folder, 'taken');
    const squatter = createServer().listen(path);
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    const opening = openSocket({
      path,
      ownFolder: true,
      describe: () => expect.fail('nobody may get so far'),
      refused: () => undefined,
      accept: () => expect.fail('nobody may get so far'),
      log: fixture.log,
    });
    await expect(opening).rejects.toThrow(/Another program/);
  },
);
