import { builtinModules } from 'node:module';
import { basename } from 'node:path';
import { inProject } from '../setup/paths.mjs';
import { viteBuild } from './vite-build.mjs';

/**
 * Bundles a TypeScript program of the project's own for plain Node, which can't read TypeScript, and
 * returns the bundle's path. Not part of what is shipped; made anew each time.
 *
 * @param {string} entry its path in the project
 */
export async function bundleProgram(entry) {
  const name = entry.replaceAll(/[\\/]/g, '-').replace(/\.ts$/, '.mjs');
  const external = [...builtinModules, /^node:/, 'koffi', 'electron'];
  await viteBuild({
    configFile: false,
    root: inProject(),
    publicDir: false,
    logLevel: 'warn',
    resolve: { conditions: ['node', 'import', 'default'] },
    ssr: { noExternal: true, external: ['koffi', 'electron'], target: 'node' },
    build: {
      ssr: true,
      target: 'node20',
      outDir: inProject('artifacts', 'programs'),
      emptyOutDir: false,
      minify: false,
      sourcemap: 'inline',
      rolldownOptions: {
        input: { [basename(name, '.mjs')]: inProject(entry) },
        external,
        output: { entryFileNames: name, codeSplitting: false },
      },
    },
  });
  return inProject('artifacts', 'programs', name);
}
