import { chmod } from 'node:fs/promises';
import { inProject } from '../setup/paths.mjs';
import { SetupError, say } from '../setup/report.mjs';
import { makeClientTypes } from './client-types.mjs';
import { makeIfStale } from './freshness.mjs';
import { makeManPage } from './man-page.mjs';
import { TARGETS } from './targets.mjs';
import { viteBuild } from './vite-build.mjs';

const makeBundle = (name) =>
  viteBuild({ configFile: inProject('vite.config.ts'), mode: name, logLevel: 'warn' });

/** How a target is made that isn't a bundle. */
const MAKERS = { types: makeClientTypes, man: makeManPage };

async function make(target) {
  say(`building ${target.name}`);
  try {
    await (MAKERS[target.kind] ?? makeBundle)(target.name);
  } catch (error) {
    throw error instanceof SetupError
      ? error
      : new SetupError(`the build of ${target.name} failed: ${error.message}`);
  }
  if (target.name === 'client-cli') await chmod(inProject('clients', 'javascript', 'dist', 'cli.js'), 0o755);
}

/**
 * Brings dist/ and clients/javascript/dist/ up to date, making only what is out of date.
 *
 * @param {string[]} [names] the targets to look at; all unless told
 * @returns {Promise<string[]>} the targets that were made
 */
export async function buildAll(names = TARGETS.map(({ name }) => name)) {
  const made = [];
  for (const target of TARGETS) {
    if (names.includes(target.name) && (await makeIfStale(target, () => make(target))))
      made.push(target.name);
  }
  return made;
}
