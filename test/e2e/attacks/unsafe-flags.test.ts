import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { attack } from '../../support/attack.ts';
import { freshHome, removeHome, runToEnd } from '../castkey-process.ts';
import { startPlain } from '../plain-castkey.ts';

const WAIT = { timeout: 20_000, interval: 100 };
const DEBUGGER_PORT = 9229;
const ROW_MS = 60_000;

/** A profile that has a real account, though not one that anybody could use. */
let home: string;
let twitch: Sandbox;

beforeAll(async () => {
  twitch = await startSandbox();
  home = freshHome();
  mkdirSync(join(home, 'accounts'), { mode: 0o700 });
  writeFileSync(join(home, 'accounts', 'client-700100001.json'), '{}', { mode: 0o600 });
});

afterAll(async () => {
  await twitch.close();
  await removeHome(home);
});

attack(
  'SIGUSR1, twice',
  'no debugger is opened, Castkey goes on',
  async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no such signal');
    const other = freshHome();
    const castkey = startPlain({ home: other, env: { CASTKEY_TWITCH: twitch.url }, args: ['--hidden'] });
    const pid = await vi.waitFor(() => castkey.pid(), WAIT);
    process.kill(pid, 'SIGUSR1');
    process.kill(pid, 'SIGUSR1');
    await vi.waitUntil(() => reaches(join(other, 'castkey.sock')), WAIT);
    process.kill(pid, 'SIGUSR1');
    await expect(reachesPort(DEBUGGER_PORT)).resolves.toBe(false);
    expect(castkey.output()).not.toContain('Debugger listening');
    expect(castkey.pid()).toBe(pid);
    await castkey.end();
    await removeHome(other);
  },
  ROW_MS,
);

/** Flags in every spelling that Chromium or Node might take for one, and what stands behind them. */
const REFUSED: { args?: string[]; env?: Record<string, string>; says: string }[] = [
  { args: ['--inspect=0'], says: '--inspect (it would let other programs read' },
  { args: ['-remote-debugging-port=0'], says: '-remote-debugging-port (it would let' },
  { args: ['--Remote_Debugging_Pipe'], says: '--Remote_Debugging_Pipe (it would let' },
  { args: ['--js-flags=--expose-gc'], says: '--js-flags (it would let' },
  { args: ['--host-rules=MAP * 127.0.0.1'], says: '--host-rules (it would lead what is meant for Twitch' },
  { args: ['--ignore-certificate-errors-spki-list=x'], says: 'it would trust servers that only pretend' },
  { args: ['--proxy-server=127.0.0.1:1', '--hidden'], says: '--proxy-server (it would lead' },
  { args: ['--log-net-log=/dev/null'], says: '--log-net-log (it would write' },
  { args: ['--disable-seccomp-filter-sandbox'], says: 'it would let web pages out of their sandbox' },
];

attack(
  'a start that leads traffic or memory elsewhere',
  'refused in a sentence, exit code 1',
  async () => {
    for (const { args = [], env = {}, says } of REFUSED) {
      const { code, err } = await runToEnd({ home, args, env: { NODE_EXTRA_CA_CERTS: '', ...env } });
      const told = err.split('\n').filter((line) => line.startsWith('castkey: With real accounts'));
      expect({ code, told }).toEqual({ code: 1, told: [expect.stringContaining(says)] });
    }
  },
  ROW_MS,
);

attack(
  'a variable that does the same',
  'Castkey says so and starts without it',
  async () => {
    const other = freshHome();
    mkdirSync(join(other, 'accounts'), { mode: 0o700 });
    writeFileSync(join(other, 'accounts', 'client-700100001.json'), '{}', { mode: 0o600 });
    const env = {
      NODE_EXTRA_CA_CERTS: '/dev/null',
      SSLKEYLOGFILE: join(other, 'keys'),
      NODE_OPTIONS: '--inspect=0',
    };
    const castkey = startPlain({ home: other, env, args: ['--hidden'] });
    await vi.waitUntil(() => reaches(join(other, 'castkey.sock')), WAIT);
    expect(castkey.output()).toContain(
      'castkey: NODE_OPTIONS, NODE_EXTRA_CA_CERTS set and left out: with real accounts Castkey starts without such variables\n',
    );
    const [, port] = /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(castkey.output()) ?? [];
    expect(Number(port)).toBeGreaterThan(0);
    await expect(reachesPort(Number(port))).resolves.toBe(false);
    expect(castkey.output()).toContain('castkey: SSLKEYLOGFILE is left out');
    await castkey.end();
    await removeHome(other);
  },
  ROW_MS,
);

function reaches(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function reachesPort(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
