import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { inProject } from '../setup/paths.mjs';
import { bundleProgram } from './node-program.mjs';

/** Writes `castkey(1)` into the package, as the command's own help has it. */
export async function makeManPage() {
  const bundle = await bundleProgram('clients/command/man-page.ts');
  const { manPage } = await import(pathToFileURL(bundle).href);
  await writeFile(inProject('clients', 'javascript', 'dist', 'castkey.1'), manPage());
}
