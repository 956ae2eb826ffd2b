import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { castkeyProgram, openTokenFixture, TOKENS } from '../../../support/castkey-program-fixture.ts';
import { openClientFixture } from '../../../support/client-fixture.ts';
import { token } from '../../../support/scripted-vault-fixture.ts';

/** What a program says on its error output, and how it ends. */
async function ran(program: string, args: string[], env: NodeJS.ProcessEnv) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { stderr, status };
}

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

  it.each([
    ['completions bash', '> /dev/full', 1],
    ['token -u 1', '> /dev/full', 1],
    ['token -u 1', '> /dev/full 2>&1', 1],
    ['--help', '> /dev/full', 1],
    ['token -u 9', '2> /dev/full', 4],
    ['completions bash', '| true', 141],
    ['exec -u 1 -- yes', '| head -1', 141],
    ['exec -u 1 -- sh -c "yes; echo done"', '| head -1', 141],
    ['exec -u 1 -- yes', '> /dev/full', 141],
    ['help nosuch', '', 2],
    ['help token', '> /dev/null', 0],
  ])('"castkey %s" with %s ends with %i and no more than a line', async (line, output, code) => {
    const fixture = await openTokenFixture();
    fixture.vault.on('getAccessTokenForUser', ({ user }) =>
      user === '1' ? token({ accessToken: TOKENS[0] ?? '' }) : null,
    );
    const shell = `set -o pipefail; ${castkey.file()} ${line} ${output}`;
    const env = { PATH: process.env.PATH, HOME: fixture.folder, CASTKEY_SOCKET: fixture.vault.path };
    const { stderr, status } = await ran('bash', ['-c', shell], env);
    expect(status).toBe(code);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(stderr).not.toMatch(/\bat \S+:\d+|node:/);
  });

  it('ends with 130 at Ctrl-C when it asks whether to start Castkey', async () => {
    const fixture = await openClientFixture();
    await fixture.vault.stop();
    const env = { CASTKEY_APP: process.execPath };
    const running = castkey.start(fixture, ['status'], { env, terminal: true });
    await running.until('Start Castkey now?');
    running.process.stdin?.write('\x03');
    expect((await running.ended()).code).toBe(130);
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
