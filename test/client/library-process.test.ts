import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { token } from './fake-vault.ts';
import { setUp } from './set-up.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ck-lib-'));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const configFile = join(root, 'vite.config.ts');
  for (const mode of ['client', 'client-cjs', 'client-tmi']) {
    await build({ root, configFile, mode, logLevel: 'error', build: { outDir: folder } });
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a bot as a program of its own, with nothing installed. */
async function runBot(file: string, script: string): Promise<{ code: number | null; out: string }> {
  const { vault, folder: home } = await setUp();
  vault.on('getAccessTokenForIntent', () => token({ obtainmentTimestamp: Date.now() }));
  await writeFile(join(folder, file), script);
  const env = { HOME: home, XDG_CONFIG_HOME: home, CASTKEY_SOCKET: vault.path };
  const child = spawn(process.execPath, [join(folder, file)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

it('lets a bot end that has nothing more to do, without close', async () => {
  const script = `import { connect } from './index.js';
    import { tmiPassword } from './tmi.js';
    console.log(await tmiPassword(await connect({ name: 'bot' }))());`;
  expect(await runBot('bot.js', script)).toEqual({ code: 0, out: 'oauth:token-1\n' });
});

it('works from CommonJS, and knows its errors across its builds', async () => {
  const script = `const { connect, CastkeyError } = require('./index.cjs');
    import('./tmi.js').then(async ({ tmiPassword }) => {
      const none = { getAccessTokenForIntent: async () => null };
      await tmiPassword(none)().catch((error) => console.log(error instanceof CastkeyError, error.code));
      await connect({ name: '' }).catch((error) => console.log(error instanceof CastkeyError, error.code));
    });`;
  expect(await runBot('bot.cjs', script)).toEqual({
    code: 0,
    out: 'true unknown-intent\ntrue bad-request\n',
  });
});
