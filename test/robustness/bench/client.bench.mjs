// What a bot pays for a token it already has: a call of castkey-client next to an async function that does
// nothing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleProgram } from '../../../scripts/build/node-program.mjs';
import { inProject } from '../../../scripts/setup/paths.mjs';
import { startServer } from './child-server.mjs';
import { perSecondInTurn, rounded } from './timing.mjs';

const CALLS = 30_000;
const ROUNDS = 9;
const NANOSECONDS = 1e9;

/** Nanoseconds of a call, many in a row. */
export async function bench({ electron }) {
  const { connect } = await import(
    pathToFileURL(inProject('clients', 'javascript', 'dist', 'index.js')).href
  );
  const vault = await startServer(electron, await bundleProgram('test/robustness/load/vault-program.ts'));
  const folder = await mkdtemp(join(tmpdir(), 'ck-'));
  try {
    const [{ keyId, key, user }] = vault.told.bots;
    const keyFile = join(folder, 'key.json');
    await writeFile(keyFile, JSON.stringify({ version: 1, name: 'bench', keyId, key }), { mode: 0o600 });
    const bot = await connect({ name: 'bench', socket: vault.told.path, keyFile, interactive: 'never' });
    const acts = [[() => bot.getAccessTokenForUser(user)], [async () => null]];
    await perSecondInTurn(1, CALLS, acts);
    const rates = await perSecondInTurn(ROUNDS, CALLS, acts);
    const [cached, nothing] = rates.map((rate) => NANOSECONDS / rate);
    bot.close();
    return [
      { name: 'a token castkey-client holds', value: rounded(cached), unit: 'ns' },
      { name: '  an async function that does nothing', value: rounded(nothing), unit: 'ns' },
      { name: '  ratio', value: rounded(cached / nothing), unit: '×' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
    await vault.end();
  }
}
