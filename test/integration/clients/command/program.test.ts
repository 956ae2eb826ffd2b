import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { castkeyProgram, openTokenFixture, TOKENS } from '../../../support/castkey-program-fixture.ts';
import { openClientFixture } from '../../../support/client-fixture.ts';

describe('the castkey command as a program', () => {
  const castkey = castkeyProgram();

  it('prints a token and ends by itself', async () => {
    const fixture = await openTokenFixture();
    const { code, out, err } = await castkey.start(fixture, ['token', '--user', '1']).ended();
    expect({ code, out, err }).toEqual({ code: 0, out: `${TOKENS[0]}\n`, err: '' });
    expect((await stat(join(fixture.folder, 'castkey-client/castkey-cli.json'))).mode & 0o777).toBe(0o600);
  });

  it('ends with 3 when Castkey does not run, and asks nobody where no terminal is', async () => {
    const fixture = await openClientFixture();
    await fixture.vault.stop();
    const { code, err } = await castkey.start(fixture, ['status']).ended();
    expect(code).toBe(3);
    expect(err).toContain('Start Castkey');
    expect(err).not.toContain('[Y/n]');
  });

  it('watches through a restart of Castkey until it is stopped', async () => {
    const fixture = await openClientFixture();
    const watching = castkey.start(fixture, ['watch', '--json']);
    await watching.until('connection.connected');
    await fixture.vault.stop();
    await watching.until('connection.reconnecting');
    watching.said.out = '';
    await fixture.vault.start();
    await watching.until('connection.connected');
    watching.process.kill('SIGTERM');
    expect((await watching.ended()).code).toBe(0);
  });
});
