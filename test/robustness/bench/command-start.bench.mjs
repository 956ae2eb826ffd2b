// How long the castkey command takes, next to a Node that does nothing.
import { execFile } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { inProject } from '../../../scripts/setup/paths.mjs';

const run = promisify(execFile);
const RUNS = 20;
const CLI = inProject('clients', 'javascript', 'dist', 'cli.js');

/** A vault that proves itself and has one token: the least that `castkey token` needs. */
async function startVault(path, key) {
  const hmac = (text) => createHmac('sha256', key).update(text).digest('base64url');
  const nonce = randomBytes(32).toString('base64url');
  const user = { userId: '1', login: 'ann', scope: [], intents: [] };
  const token = {
    ...{ accessToken: 'x'.repeat(30), refreshToken: null, scope: [], expiresIn: 14_400 },
    ...{ obtainmentTimestamp: Date.now(), userId: '1', clientId: 'client', version: 1 },
  };
  const answers = {
    hello: ({ nonce: theirs }) => ({
      ...{ protocol: 1, server: { name: 'castkey', version: '1' }, nonce, paired: true },
      proof: hmac(`castkey1:server:${theirs}:${nonce}`),
    }),
    authenticate: () => ({ clientId: 'client', hasClientSecret: false, users: [user] }),
    subscribe: () => ({ seq: 0 }),
    getAccessTokenForUser: () => token,
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const { id, method, params } = JSON.parse(chunk.toString());
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: answers[method](params) })}\n`);
    });
  });
  await once(server.listen(path), 'listening');
  return server;
}

/** Milliseconds of the quickest of several runs: what the machine does besides is not the command's. */
async function quickest(args, env) {
  const times = [];
  for (let turn = 0; turn < RUNS; turn += 1) {
    const before = performance.now();
    await run(process.execPath, args, { env });
    times.push(performance.now() - before);
  }
  return Math.min(...times);
}

export async function bench() {
  const folder = await mkdtemp(join(tmpdir(), 'ck-bench-'));
  const path = join(folder, 'castkey.sock');
  const keyFile = join(folder, 'key.json');
  const key = randomBytes(32);
  const content = { version: 1, name: 'castkey-cli', keyId: 'k', key: key.toString('base64url') };
  await writeFile(keyFile, JSON.stringify(content), { mode: 0o600 });
  const server = await startVault(path, key);
  const env = { PATH: process.env.PATH, HOME: folder, CASTKEY_SOCKET: path, CASTKEY_KEY_FILE: keyFile };
  try {
    const bare = await quickest(['-e', '0'], env);
    const socket = await quickest([CLI, 'socket'], env);
    const token = await quickest([CLI, 'token'], env);
    const row = (name, value, unit) => ({ name, value: Number(value.toFixed(2)), unit });
    return [
      row('node -e 0', bare, 'ms'),
      row('castkey socket', socket, 'ms'),
      row('castkey token', token, 'ms'),
      row('castkey socket, against node -e 0', socket / bare, 'times'),
      row('castkey token, against node -e 0', token / bare, 'times'),
    ];
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
