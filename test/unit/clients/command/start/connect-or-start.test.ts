import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Launch } from '../../../../../clients/command/io.ts';
import { run } from '../../../../../clients/command/run.ts';
import { type ClientFixture, temporaryFolder } from '../../../../support/client-fixture.ts';
import { openTerminalFixture, type TerminalOptions, terminal } from '../../../../support/terminal-fixture.ts';

const NEVER = new Promise<string>(() => {});

describe('where Castkey is not running', () => {
  let fixture: ClientFixture;
  let app = '';
  beforeEach(async () => {
    ({ fixture } = await openTerminalFixture());
    await fixture.vault.stop();
    app = await program(join(await temporaryFolder(), 'my-castkey'));
    Object.assign(fixture.host.env, { CASTKEY_APP: app, PATH: '' });
  });

  async function program(path: string, text = '#!/bin/sh\n'): Promise<string> {
    await writeFile(path, text);
    await chmod(path, 0o755);
    return path;
  }
  /** Launching brings the vault up; the clock goes on by itself. */
  function comesUp(): TerminalOptions {
    return {
      launch: () => {
        void fixture.vault.start().then(() => fixture.host.advance(200));
        return NEVER;
      },
    };
  }

  it.each(['', 'y', 'Yes', ' YES '])(
    'a person is asked, says "%s", and the command goes on',
    async (answer) => {
      const io = terminal(fixture, { ...comesUp(), answer });
      expect(await run(['token', '-u', '1'], io)).toBe(0);
      expect(io.printed.err).toContain('Start Castkey now? [Y/n] ');
      expect(io.printed.out).toBe('token-1\n');
      expect(io.launched).toMatchObject([{ command: app, args: ['--hidden'] }]);
    },
  );

  it.each([['n'], ['nope'], [undefined]])('nothing starts when she says %s', async (answer) => {
    const io = terminal(fixture, { answer });
    expect(await run(['token', '-u', '1'], io)).toBe(3);
    expect(io.launched).toEqual([]);
    expect(io.printed.err).toContain('castkey token --start');
  });

  it.each([['--json'], ['--no-prompt']])('nobody is asked with %s', async (flag) => {
    const io = terminal(fixture, { answer: 'y' });
    expect(await run(['token', '-u', '1', flag], io)).toBe(3);
    expect(io.printed.err).not.toContain('[Y/n]');
    expect(io.launched).toEqual([]);
  });

  it('a script starts it with --start, on the socket it names, and as no Node', async () => {
    Object.assign(fixture.host.env, {
      ELECTRON_RUN_AS_NODE: '1',
      CASTKEY_RUN: 'abc',
      npm_package_json: '/x',
    });
    const io = terminal(fixture, comesUp());
    expect(await run(['token', '-u', '1', '--start', '--socket', fixture.vault.path], io)).toBe(0);
    expect(io.launched[0]?.env).toMatchObject({ CASTKEY_SOCKET: fixture.vault.path });
    for (const name of ['ELECTRON_RUN_AS_NODE', 'CASTKEY_RUN', 'npm_package_json'])
      expect(io.launched[0]?.env).not.toHaveProperty(name);
  });

  it('it says how to see why, when the program ends at once', async () => {
    const io = terminal(fixture, {
      launch: async () => {
        setImmediate(() => fixture.host.advance(200));
        return 'it ended at once (exit code 1)';
      },
    });
    expect(await run(['status', '--start'], io)).toBe(3);
    expect(io.printed.err).toContain(`it ended at once (exit code 1). See why: ${app} --hidden`);
  });

  describe('a start that ends well is no success while nobody listens', () => {
    /** The program that was started says that Castkey runs already; time goes on by itself. */
    async function handsOver(after?: () => void): Promise<{ code: number; said: string }> {
      const started = fixture.host.now();
      const io = terminal(fixture, { handedOver: Promise.resolve() });
      const running = run(['status', '--start', '--timeout', '120'], io).finally(() => clearInterval(tick));
      const tick = setInterval(() => {
        if (io.launched.length > 0) fixture.host.advance(200);
        if (fixture.host.now() - started === 1_000) after?.();
      }, 1);
      const code = await running;
      expect(fixture.host.now() - started).toBeLessThan(6_000);
      return { code, said: io.printed.err };
    }

    it('and that is said at once', async () => {
      const { code, said } = await handsOver();
      expect(code).toBe(3);
      expect(said).toContain(`nobody listens at ${fixture.vault.path}`);
    });

    it('with where it listens instead', async () => {
      const elsewhere = join(fixture.folder, '.config/Castkey/castkey.sock');
      await mkdir(join(fixture.folder, '.config/Castkey'), { recursive: true });
      const server = createServer().listen(elsewhere);
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const { code, said } = await handsOver();
      expect(code).toBe(3);
      expect(said).toContain(`set CASTKEY_SOCKET=${elsewhere}`);
    });

    it('unless the one that runs listens a moment later', async () => {
      expect((await handsOver(() => void fixture.vault.start())).code).toBe(4); // not paired, says the vault
    });
  });

  it('it gives up after the time the call may take', async () => {
    const io = terminal(fixture, {
      launch: () => {
        setImmediate(() => fixture.host.advance(5_000));
        return NEVER;
      },
    });
    expect(await run(['status', '--start', '--timeout', '5'], io)).toBe(6);
  });

  it('a wrong CASTKEY_APP is told rather than replaced by a guess', async () => {
    Object.assign(fixture.host.env, { CASTKEY_APP: '/no/such/program' });
    const io = terminal(fixture);
    expect(await run(['status', '--start'], io)).toBe(2);
    expect(io.printed.err).toContain('/no/such/program');
  });

  describe('it is found', () => {
    /** What --start starts. */
    async function launched(options: TerminalOptions = {}): Promise<Launch | undefined> {
      const io = terminal(fixture, { ...comesUp(), ...options });
      await run(['status', '--start'], io);
      return io.launched[0];
    }
    beforeEach(() => void Object.assign(fixture.host.env, { CASTKEY_APP: '' }));

    it('in PATH', async () => {
      const folder = await temporaryFolder();
      const path = await program(join(folder, 'castkey-desktop'));
      Object.assign(fixture.host.env, { PATH: `relative:${folder}` });
      expect(await launched()).toMatchObject({ command: path });
    });

    it('as an application of macOS', async () => {
      const inside = join(fixture.folder, 'Applications/Castkey.app/Contents/MacOS');
      await mkdir(inside, { recursive: true });
      const path = await program(join(inside, 'Castkey'));
      Object.assign(fixture.host, { platform: 'darwin' });
      expect(await launched()).toMatchObject({ command: path });
    });

    it('as the project in which the command was built', async () => {
      const root = join(import.meta.dirname, '../../../../..');
      expect(await launched({ folder: join(root, 'clients/javascript/dist') })).toMatchObject({
        command: process.execPath,
        args: [join(root, 'scripts/start.mjs'), '--hidden'],
        cwd: root,
      });
    });

    it('nowhere: that is said', async () => {
      const io = terminal(fixture);
      expect(await run(['status', '--start'], io)).toBe(1);
      expect(io.printed.err).toContain('set CASTKEY_APP');
    });
  });
});
