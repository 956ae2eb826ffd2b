import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SetupError } from './report.mjs';

const SETUID = 0o4000;

const isSet = async (file, value) => (await readFile(file, 'utf8').catch(() => '')).trim() === value;

/** Flags Electron needs for its own sandbox: root alone has to go without it. */
export const sandboxFlags = () =>
  process.platform === 'linux' && process.getuid() === 0 ? ['--no-sandbox'] : [];

/**
 * Makes sure Chromium's sandbox can start for an ordinary Linux user: by user namespaces, or by its
 * setuid program. We never run without it, so what is missing is an error with the exact command.
 */
export async function checkSandbox(electron) {
  if (process.platform !== 'linux' || process.getuid() === 0) return;
  const forbidden =
    (await isSet('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1')) ||
    (await isSet('/proc/sys/kernel/unprivileged_userns_clone', '0')) ||
    (await isSet('/proc/sys/user/max_user_namespaces', '0'));
  if (!forbidden) return;
  const program = join(dirname(electron), 'chrome-sandbox');
  const found = await stat(program).catch(() => undefined);
  if (found?.uid === 0 && (found.mode & SETUID) !== 0) return;
  throw new SetupError(
    `this system lets programs use no user namespaces, so Chromium's sandbox needs its setuid program. Run: sudo chown root:root '${program}' && sudo chmod 4755 '${program}'`,
  );
}
