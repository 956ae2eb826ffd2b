import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

/** The profile folder of the vault's sandbox mode. */
const sandboxIn = (home) => join(home, 'sandbox');

/**
 * Makes the throw-away profile. In it closing the window ends Castkey, rather than leaving it in the
 * tray: a demo should be over when its window is.
 */
export async function makeProfile(home) {
  for (const folder of [home, sandboxIn(home)]) {
    const documents = join(folder, 'documents');
    await mkdir(documents, { recursive: true, mode: 0o700 });
    await writeFile(join(documents, 'settings.json'), '{"closeToTray":false}', { mode: 0o600 });
  }
}

/** The port of the vault's sandbox Twitch, waited for: the vault writes it down when it starts it. */
export async function sandboxPort(home) {
  const file = join(sandboxIn(home), 'documents', 'sandbox.json');
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '{}');
    const port = /"port":\s*(\d+)/.exec(text)?.[1];
    if (port !== undefined) return Number(port);
    await sleep(POLL_MS);
  }
}

/** The user ID of the first account the vault keeps, waited for. */
export async function firstAccount(home) {
  const folder = join(sandboxIn(home), 'accounts');
  for (;;) {
    for (const name of await readdir(folder).catch(() => [])) {
      const text = await readFile(join(folder, name), 'utf8').catch(() => '');
      const userId = /"userId":\s*"(\d+)"/.exec(text)?.[1];
      if (userId !== undefined) return userId;
    }
    await sleep(POLL_MS);
  }
}
