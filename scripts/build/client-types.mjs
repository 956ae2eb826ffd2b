import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inProject } from '../setup/places.mjs';
import { runNode } from '../setup/process.mjs';
import { SetupError } from '../setup/report.mjs';

const TREE = inProject('client', 'dist', 'types');
const RELATIVE_IMPORT = /((?:from|import)\s*\(?\s*')(\.{1,2}\/[^']+)\.ts'/g;

/**
 * Emits the library's declarations into client/dist/types, the wire types it takes from shared/
 * included, so the package is whole by itself; `index.d.ts` and `tmi.d.ts` point into that tree.
 */
export async function makeClientTypes() {
  await rm(TREE, { recursive: true, force: true });
  const compiler = inProject('node_modules', 'typescript', 'bin', 'tsc');
  const { code } = await runNode([compiler, '-p', inProject('tsconfig.client.json')], { quietOut: true });
  if (code !== 0) throw new SetupError('the types of castkey-client do not compile; the errors are above.');
  for (const entry of await readdir(TREE, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) await renameExtensions(join(entry.parentPath ?? entry.path, entry.name));
  }
  for (const name of ['index', 'tmi']) {
    await writeFile(
      inProject('client', 'dist', `${name}.d.ts`),
      `export * from './types/client/src/${name}.js';\n`,
    );
  }
}

/** The sources import `./x.ts`; a program that uses the package knows the file as `./x.js`. */
async function renameExtensions(file) {
  const before = await readFile(file, 'utf8');
  const after = before.replaceAll(RELATIVE_IMPORT, "$1$2.js'");
  if (after !== before) await writeFile(file, after);
}
