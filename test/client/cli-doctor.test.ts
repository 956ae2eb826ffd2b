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
