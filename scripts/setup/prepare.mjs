import { installDependencies } from './dependencies.mjs';
import { findElectron } from './electron.mjs';
import { withFileLock } from './file-lock.mjs';
import { followNpm } from './follow-npm.mjs';
import { checkLibraries } from './libraries.mjs';
import { inProject } from './paths.mjs';
import { checkSandbox } from './sandbox-check.mjs';
import { planSession } from './session.mjs';
import { installToolchains } from './toolchains.mjs';

/**
 * Variables with which an Electron is none, or takes itself for a package. Terminals inside of programs that are
 * made with Electron pass the first one on.
 */
const TRAPS = ['ELECTRON_RUN_AS_NODE', 'ELECTRON_FORCE_IS_PACKAGED'];

/** For all that this command starts. */
function leaveTraps(env) {
  for (const name of TRAPS) delete env[name];
}

/**
 * Does the set-up a command needs, each part only if it is not done yet, one command at a time in a
 * folder: dependencies, system libraries, Electron, build.
 *
 * @param {{electron?: boolean, build?: boolean, window?: boolean, keyring?: boolean, apart?: boolean,
 *   toolchains?: boolean}} needs `window` is set by commands that open windows, `keyring` by those that want a
 *   throw-away keychain, `apart` by those that keep away from a person's display, `toolchains` by those that run the
 *   clients in other languages
 * @returns {Promise<{electron?: {path: string, version: string}, session: object}>}
 */
export async function prepare(needs) {
  followNpm();
  leaveTraps(process.env);
  const session = planSession({ keyring: needs.keyring === true, apart: needs.apart === true });
  await withFileLock(inProject('artifacts', 'set-up.lock'), async () => {
    await installDependencies();
    if (needs.window) await checkLibraries(session);
    if (needs.toolchains) await installToolchains();
  });
  const electron = needs.electron ? await findElectron() : undefined;
  if (electron && needs.window) await checkSandbox(electron.path);
  if (needs.build) {
    const { buildAll } = await import('../build/build-all.mjs');
    await withFileLock(inProject('artifacts', 'build.lock'), buildAll);
  }
  return { electron, session };
}
