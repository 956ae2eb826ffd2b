import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../client/src/cli/run.ts';
import type { Bench } from './set-up.ts';
import { setUpCli, type Terminal, terminal } from './terminal.ts';

describe('castkey', () => {
  let bench: Bench;
  let io: Terminal;
  beforeEach(async () => {
    ({ bench, io } = await setUpCli());
  });

  describe('exec', () => {
    it('gives a program the token, passes signals on, and ends as it ends', async () => {
      const running = run('exec -u 1 -e BOT_TOKEN --format oauth -- node bot.js --json'.split(' '), io);
      await io.until('spawn');
      expect(io.spawned).toEqual([
        {
          command: 'node',
          args: ['bot.js', '--json'],
          env: {
            CASTKEY_SOCKET: bench.vault.path,
            BOT_TOKEN: 'oauth:token-1',
            TWITCH_CLIENT_ID: 'client-1',
            TWITCH_USER_ID: '1',
          },
        },
      ]);
      io.signal('SIGINT');
      io.signal('SIGTERM');
      expect(io.child.killed).toEqual(['SIGINT', 'SIGTERM']);
      io.child.emit('exit', 7, null);
      expect(await running).toBe(7);
      expect(io.hearing()).toBe(0);
    });

    it('leaves Ctrl-C to the terminal, which tells the program itself', async () => {
      io = terminal(bench, true);
      const running = run(['exec', '--', 'x'], io);
      await io.until('spawn');
      io.signal('SIGINT');
      io.signal('SIGTERM');
      expect(io.child.killed).toEqual(['SIGTERM']);
      io.child.emit('exit', null, 'SIGTERM');
      expect(await running).toBe(143);
    });

    it.each([
      ['ENOENT', 127],
      ['EACCES', 126],
    ])('ends after %s with %i', async (code, exit) => {
      const running = run(['exec', '--', 'x'], io);
      await io.until('spawn');
      io.child.emit('error', Object.assign(new Error('spawn'), { code }));
      expect(await running).toBe(exit);
      expect(io.printed.err).toContain(code);
    });
  });

  describe('doctor', () => {
    const states = (): Record<string, string> =>
      Object.fromEntries(
        (JSON.parse(io.printed.out) as { findings: { check: string; state: string }[] }).findings.map(
          ({ check, state }) => [check, state],
        ),
      );

    it('finds nothing wrong where all is well', async () => {
      await run(['pair'], terminal(bench));
      await chmod(bench.vault.path, 0o600);
      expect(await run(['doctor', '--json'], io)).toBe(0);
      expect(states()).toEqual({ path: 'ok', folder: 'ok', socket: 'ok', key: 'ok', answer: 'ok' });
    });

    it('notes an unpaired bot, and opens no window', async () => {
      await run(['doctor', '--json'], io);
      expect(states()).toMatchObject({ key: 'note', answer: 'note' });
      expect(bench.vault.count('pair')).toBe(0);
    });

    it('says what to do where Castkey does not run', async () => {
      await bench.vault.stop();
      expect(await run(['doctor'], io)).toBe(1);
      expect(io.printed.out).toMatch(/BAD {3}socket .*\n +do: Start Castkey/);
    });

    it('finds a file in the place of the socket', async () => {
      const path = join(bench.folder, 'file');
      await writeFile(path, '');
      expect(await run(['doctor', '--socket', path, '--json'], io)).toBe(1);
      expect(states()).toMatchObject({ socket: 'bad' });
    });

    it('stops at a path that cannot be', async () => {
      expect(await run(['doctor', '--socket', `/${'x'.repeat(200)}`, '--json'], io)).toBe(1);
      expect(states()).toEqual({ path: 'bad' });
    });
  });
});
