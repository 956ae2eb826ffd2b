// npm run dev: Castkey on the sandbox. What is edited is built anew; windows reload, and Castkey starts again when
// its main process has changed. The profile is thrown away at the end, unless CASTKEY_HOME names one.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand, SetupError } from './setup/report.mjs';
import { runInSession } from './setup/session.mjs';
import { cleanUp } from './vault/cleanup.mjs';

await runCommand(async () => {
  const kept = process.env.CASTKEY_HOME;
  if (kept && !isAbsolute(kept)) throw new SetupError(`CASTKEY_HOME must be an absolute path, not ${kept}`);
  // A keychain that is thrown away couldn't open a profile that is kept.
  const { electron, session } = await prepare({ electron: true, build: true, window: true, keyring: !kept });
  const folder = await mkdtemp(join(tmpdir(), 'ckv-'));
  const env = {
    ...process.env,
    CASTKEY_ELECTRON: electron.path,
    CASTKEY_HOME: kept || join(folder, 'home'),
    CASTKEY_DEV_FOLDER: folder,
  };
  const command = [process.execPath, inProject('scripts', 'dev', 'run.mjs'), ...process.argv.slice(2)];
  try {
    return await runInSession(session, command, { env });
  } finally {
    await cleanUp(folder);
  }
});
