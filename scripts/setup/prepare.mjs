import { installDependencies } from './dependencies.mjs';
import { findElectron } from './electron.mjs';
import { checkLibraries } from './libraries.mjs';
import { onlyOne } from './only-one.mjs';
import { inProject } from './places.mjs';
import { checkSandbox } from './sandbox-check.mjs';
import { planSession } from './session.mjs';
import { installToolchains } from './toolchains.mjs';

/**
 * Does the set-up a command needs, each part only if it is not done yet, one command at a time in a
 * folder: dependencies, system libraries, Electron, build.
 *
 * @param {{electron?: boolean, build?: boolean, window?: boolean, keyring?: boolean, toolchains?: boolean}} needs
 *   `window` is set by commands that open windows, `keyring` by those that want a throw-away keychain,
 *   `toolchains` by those that run the clients in other languages
 * @returns {Promise<{electron?: {path: string, version: string}, session: object}>}
 */
export async function prepare(needs) {
  const session = planSession({ keyring: needs.keyring === true });
  await onlyOne(inProject('artifacts', 'set-up.lock'), async () => {
    await installDependencies();
    if (needs.window) await checkLibraries(session);
    if (needs.toolchains) await installToolchains();
  });
  const electron = needs.electron ? await findElectron() : undefined;
  if (electron && needs.window) await checkSandbox(electron.path);
  if (needs.build) {
    const { buildAll } = await import('../build/build-all.mjs');
    await onlyOne(inProject('artifacts', 'build.lock'), buildAll);
  }
  return { electron, session };
}
