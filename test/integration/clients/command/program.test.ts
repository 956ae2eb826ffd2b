import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { castkeyProgram, TOKENS, vaultWithToken } from '../../../support/castkey-program-fixture.ts';
import { setUp } from '../../../support/client-fixture.ts';

describe('the castkey command as a program', () => {
  const castkey = castkeyProgram();

  it('prints a token and ends by itself', async () => {
    const bench = await vaultWithToken();
    const { code, out, err } = await castkey.start(bench, ['token', '--user', '1']).ended();
    expect({ code, out, err }).toEqual({ code: 0, out: `${TOKENS[0]}\n`, err: '' });
    expect((await stat(join(bench.folder, 'castkey-client/castkey-cli.json'))).mode & 0o777).toBe(0o600);
  });

  it('ends with 3 when Castkey does not run, and asks nobody where no terminal is', async () => {
    const bench = await setUp();
    await bench.vault.stop();
    const { code, err } = await castkey.start(bench, ['status']).ended();
    expect(code).toBe(3);
    expect(err).toContain('Start Castkey');
    expect(err).not.toContain('[Y/n]');
  });

  it('watches through a restart of Castkey until it is stopped', async () => {
    const bench = await setUp();
    const watching = castkey.start(bench, ['watch', '--json']);
    await watching.until('connection.connected');
    await bench.vault.stop();
    await watching.until('connection.reconnecting');
    watching.said.out = '';
    await bench.vault.start();
    await watching.until('connection.connected');
    watching.process.kill('SIGTERM');
    expect((await watching.ended()).code).toBe(0);
  });
});
