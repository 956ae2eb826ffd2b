import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { castkeyProgram, openTokenFixture } from '../../../support/castkey-program-fixture.ts';

describe('castkey --start as a program', () => {
  const castkey = castkeyProgram();

  it('starts the desktop program for good and goes on with it', async () => {
    const fixture = await openTokenFixture();
    await fixture.vault.stop();
    const [app, note, socket] = ['app', 'note', 'socket'].map((name) => join(fixture.folder, name)) as [
      string,
      string,
      string,
    ];
    const started = new Promise<void>((resolve) => {
      const server = createServer((connection) => {
        connection.destroy();
        void fixture.vault.start().then(resolve);
      }).listen(socket);
      onTestFinished(() => void server.close());
    });
    const script = `require('fs').writeFileSync('${note}', process.argv.slice(2).join());
      require('net').connect('${socket}').on('error', () => {})`;
    await writeFile(app, `#!${process.execPath}\n${script}\n`);
    await chmod(app, 0o755);
    const running = castkey.start(fixture, ['status', '--start', '--timeout', '20'], {
      env: { CASTKEY_APP: app },
    });
    await started;
    fixture.vault.on('status', () => ({
      server: { name: 'castkey', version: '1' },
      locked: false,
      users: [],
    }));
    const { code, err, out } = await running.ended();
    // Not paired yet: the vault that came up was asked.
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain('starting Castkey (found by CASTKEY_APP)');
    expect(await readFile(note, 'utf8')).toBe('--hidden');
  });
});
