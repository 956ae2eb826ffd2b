import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inProject } from '../setup/paths.mjs';
import { runNode } from '../setup/process.mjs';
import { SetupError } from '../setup/report.mjs';

const TREE = inProject('clients', 'javascript', 'dist', 'types');
const ENTRIES = ['index', 'tmi'];
const RELATIVE_IMPORT = /((?:from|import)\s*\(?\s*')(\.{1,2}\/[^']+)\.ts'/g;

/**
 * Emits the library's declarations into clients/javascript/dist/types, the wire types it takes from shared/
 * included, so the package is whole by itself; `index.d.ts` and `tmi.d.ts` point into that tree. Those
 * they don't lead to are left out. Each file has a twin for programs that `require` the package: TypeScript
 * tells by the ending which it is.
 */
export async function makeClientTypes() {
  await rm(TREE, { recursive: true, force: true });
  const compiler = inProject('node_modules', 'typescript', 'bin', 'tsc');
  const { code } = await runNode([compiler, '-p', inProject('clients/javascript/tsconfig.json')], {
    quietOut: true,
  });
  if (code !== 0) throw new SetupError('the types of castkey-client do not compile; the errors are above.');
  const reached = new Set();
  for (const name of ENTRIES)
    await follow(join(TREE, 'clients', 'javascript', 'src', `${name}.d.ts`), reached);
  for (const entry of await readdir(TREE, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    if (reached.has(file)) await renameImports(file);
    else if (entry.isFile()) await rm(file);
  }
  for (const name of ENTRIES) {
    for (const kind of ['', 'c']) {
      const file = inProject('clients', 'javascript', 'dist', `${name}.d.${kind}ts`);
      await writeFile(file, `export * from './types/clients/javascript/src/${name}.${kind}js';\n`);
    }
  }
}

/** Adds a declaration file, and all it imports, to what is reached. */
async function follow(file, reached) {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, , path] of (await readFile(file, 'utf8')).matchAll(RELATIVE_IMPORT)) {
    await follow(join(dirname(file), `${path}.d.ts`), reached);
  }
}

/** The sources import `./x.ts`; a program that uses the package knows the file as `./x.js` or `./x.cjs`. */
async function renameImports(file) {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll(RELATIVE_IMPORT, "$1$2.js'"));
  await writeFile(file.replace(/\.ts$/, '.cts'), text.replaceAll(RELATIVE_IMPORT, "$1$2.cjs'"));
}
