import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram } from '../../support/find-program.ts';
import { runs } from './language-suite.ts';
import { USER } from './language-vault-fixture.ts';
import { secretsOf, withScenarioFixture } from './scenario-fixture.ts';

const ROOT = join(import.meta.dirname, '../../..');
const EXAMPLES = join(ROOT, 'clients/shell');
const missing = findProgram('curl') ? undefined : 'curl is not installed: apt-get install curl';
let folder = '';

/** The command as bot authors have it, and programs that note with what arguments they are called. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ck-sh-'));
  const outDir = join(folder, 'castkey');
  await build({
    ...{ root: ROOT, configFile: join(ROOT, 'vite.config.ts'), mode: 'client-cli', logLevel: 'error' },
    build: { outDir },
  });
  for (const bin of ['bin', 'noting']) mkdirSync(join(folder, bin));
  writeFileSync(join(outDir, 'package.json'), '{"type":"module"}');
  for (const bin of ['bin', 'noting']) {
    writeFileSync(join(folder, bin, 'castkey'), `#!/bin/sh\nexec node ${outDir}/cli.js "$@"\n`);
    chmodSync(join(folder, bin, 'castkey'), 0o755);
  }
  for (const name of ['sh', 'curl']) {
    const file = join(folder, 'noting', name);
    const real = findProgram(name) ?? '/bin/false';
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$0 $*" >>"$NOTES"\nexec ${real} "$@"\n`);
    chmodSync(file, 0o755);
  }
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (bin: string): string => `${join(folder, bin)}:${process.env.PATH}`;

runs('Shell', ['bot.sh'], () =>
  missing
    ? { missing }
    : {
        printToken: ['sh', join(EXAMPLES, 'print_token.sh')],
        bots: { 'bot.sh': ['sh', join(EXAMPLES, 'bot.sh')] },
        env: { PATH: path('bin') },
      },
);

it('bot.sh has the token on no command line', { timeout: 60_000 }, async ({ skip }) => {
  if (missing) skip(missing);
  await withScenarioFixture({}, async ({ vault, run, keyFile }) => {
    const notes = join(folder, 'notes');
    const env = { PATH: path('noting'), NOTES: notes, TWITCH_HELIX: `${vault.twitch.url}/helix` };
    const copy = join(folder, 'bot.sh');
    copyFileSync(join(EXAMPLES, 'bot.sh'), copy);
    expect(await run(['sh', copy, USER], env)).toMatchObject({ code: 0, err: '' });
    const said = readFileSync(notes, 'utf8');
    expect(said).toMatch(/\/curl .*--config -/);
    expect(said).toMatch(/\/sh -c/);
    expect(secretsOf(vault, keyFile).filter((secret) => said.includes(secret))).toEqual([]);
  });
});
