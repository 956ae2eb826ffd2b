import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClientFixture } from '../../../support/client-fixture.ts';
import { token } from '../../../support/scripted-vault-fixture.ts';
import { type Ended, type Installed, installPackage } from './installed.ts';

let installed: Installed;

beforeAll(async () => {
  installed = await installPackage();
}, 60_000);
afterAll(() => installed.remove());

/** Runs a bot as a program of its own that has nothing but the package, against a vault. */
async function runBot(file: string, script: string, after?: 'vault ends'): Promise<Ended> {
  const { vault, folder: home } = await openClientFixture();
  vault.on('getAccessTokenForIntent', () => token({ obtainmentTimestamp: Date.now() }));
  vault.on('refreshAccessTokenForIntent', () => token({ obtainmentTimestamp: Date.now() }));
  if (after) void vault.next('getAccessTokenForIntent').then(() => setImmediate(() => void vault.stop()));
  await installed.write(file, script);
  return installed.start(file, { HOME: home, XDG_CONFIG_HOME: home, CASTKEY_SOCKET: vault.path });
}

const ENTRIES = ['index', 'tmi'];

describe('the package', () => {
  it('holds the library, its types and the command, and nothing else', () => {
    const declared = ['types/clients/javascript/src/', 'types/shared/'];
    const rest = installed.files.filter(
      (file) => !declared.some((folder) => file.startsWith(`dist/${folder}`)),
    );
    const entries = ENTRIES.flatMap((name) =>
      ['cjs', 'd.cts', 'd.ts', 'js'].map((end) => `dist/${name}.${end}`),
    );
    const command = ['dist/cli.js', 'dist/sandbox.js', 'dist/namespace.js', 'dist/castkey.1'];
    expect(rest).toEqual(['LICENSE', 'README.md', ...command, ...entries, 'package.json'].sort());
    const sources = ['connect', 'errors', 'index', 'tmi', 'types', 'user-id'].map(
      (name) => `clients/javascript/src/${name}`,
    );
    const wanted = [...sources, 'shared/protocol-events', 'shared/protocol'].flatMap((name) => [
      `dist/types/${name}.d.cts`,
      `dist/types/${name}.d.ts`,
    ]);
    expect(installed.files.filter((file) => !rest.includes(file))).toEqual(wanted);
  });

  it('has a pretend Twitch in it that needs nothing else', async () => {
    const script = `import { spawn } from 'node:child_process';
      const args = ['node_modules/castkey-client/dist/cli.js', 'sandbox', '--port', '0', '--json'];
      const sandbox = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      sandbox.stdout.once('data', async (line) => {
        const { url } = JSON.parse(line);
        console.log((await fetch(url + '/oauth2/validate')).status);
        sandbox.kill();
      });
      sandbox.once('exit', (code) => console.log('ended', code));`;
    await installed.write('rehearse.mjs', script);
    expect(await installed.start('rehearse.mjs', {})).toEqual({ code: 0, out: '401\nended 0\n' });
  });

  it('depends on nothing at run time', async () => {
    const home = join(installed.folder, 'node_modules', 'castkey-client');
    const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as object;
    expect(Object.keys(manifest).filter((name) => /dependencies|scripts/i.test(name))).toEqual([]);
    const code = await Promise.all(
      ['index.js', 'index.cjs', 'tmi.js', 'tmi.cjs'].map((file) =>
        readFile(join(home, 'dist', file), 'utf8'),
      ),
    );
    const imported = [...code.join('\n').matchAll(/(?:from|require\()\s*["']([^"']+)["']/g)].map(
      ([, name]) => name,
    );
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([]);
  });

  it('is of the version the license and the repository say', async () => {
    const project = resolve(import.meta.dirname, '../../../..');
    const [inside, outside] = await Promise.all(
      [join(installed.folder, 'node_modules', 'castkey-client'), project].map((folder) =>
        readFile(join(folder, 'LICENSE'), 'utf8'),
      ),
    );
    expect(inside).toBe(outside);
  });
});

describe('a bot', () => {
  it('imports it', async () => {
    const script = `import { connect } from 'castkey-client';
      import { tmiPassword } from 'castkey-client/tmi';
      console.log(await tmiPassword(await connect({ name: 'bot' }))());`;
    expect(await runBot('bot.mjs', script)).toEqual({ code: 0, out: 'oauth:token-1\n' });
  });

  it('requires it', async () => {
    const script = `const { connect } = require('castkey-client');
      const { tmiPassword } = require('castkey-client/tmi');
      connect({ name: 'bot' }).then((it) => tmiPassword(it)()).then(console.log);`;
    expect(await runBot('bot.cjs', script)).toEqual({ code: 0, out: 'oauth:token-1\n' });
  });

  it('knows the errors of each build in every other', async () => {
    const script = `import { connect, CastkeyError } from 'castkey-client';
      import { tmiPassword } from 'castkey-client/tmi';
      import { createRequire } from 'node:module';
      const required = createRequire(import.meta.url);
      const none = { getAccessTokenForIntent: async () => null };
      for (const attempt of [
        tmiPassword(none), required('castkey-client/tmi').tmiPassword(none),
        () => connect({ name: '' }), () => required('castkey-client').connect({ name: '' }),
      ]) await attempt().catch((e) => console.log(e instanceof CastkeyError, e instanceof required('castkey-client').CastkeyError, e.code));`;
    const [intent, name] = ['true true unknown-intent\n', 'true true bad-request\n'];
    expect(await runBot('errors.mjs', script)).toEqual({ code: 0, out: `${intent}${intent}${name}${name}` });
  });

  const ending = (how: string) => `import { connect } from 'castkey-client';
    const it = await connect({ name: 'bot', keepAlive: true });
    await it.getAccessTokenForIntent('chat');
    ${how}`;

  it('ends by itself after close(), though it asked to be kept running', async () => {
    const out = await runBot('close.mjs', ending(`console.log('here'); it.close();`));
    expect(out).toEqual({ code: 0, out: 'here\n' });
  });

  it('ends by itself after close() while it is reconnecting', async () => {
    const how = `it.onStatus(({ connection }) => { if (connection === 'reconnecting') setImmediate(() => { console.log(connection); it.close(); }); });`;
    expect(await runBot('lost.mjs', ending(how), 'vault ends')).toEqual({ code: 0, out: 'reconnecting\n' });
  });

  it('that closes fails what still waits, with an error that says so', async () => {
    const how = `const waiting = it.getAccessTokenForIntent('chat', ['bits:read']).catch((e) => console.log(e.code)); it.close(); await waiting;
      await it.getAccessTokenForIntent('never').catch((e) => console.log(e.code, e.retryable));`;
    expect(await runBot('late.mjs', ending(how))).toEqual({
      code: 0,
      out: 'connection-lost\nconnection-lost false\n',
    });
  });
});
