import { chmod } from 'node:fs/promises';
import { inProject } from '../setup/places.mjs';
import { SetupError, say } from '../setup/report.mjs';
import { makeClientTypes } from './client-types.mjs';
import { makeIfStale } from './freshness.mjs';
import { makeManPage } from './man-page.mjs';
import { TARGETS } from './targets.mjs';

/** Makes one bundle with vite; needs node_modules. */
async function makeBundle(name) {
  const { build } = await import('vite');
  const before = process.env.NODE_ENV;
  try {
    await build({ configFile: inProject('vite.config.ts'), mode: name, logLevel: 'warn' });
  } finally {
    // Vite sets it to production, which the tests that may run next must not inherit.
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

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
 * @returns {Promise<void>}
 */
export async function buildAll() {
  for (const target of TARGETS) await makeIfStale(target, () => make(target));
}
