import { posix, win32 } from 'node:path';
import { settingsFolder } from '../../../shared/socket-path.ts';
import { CastkeyError } from './errors.ts';
import { type Host, sha256 } from './host.ts';

/** Names that are also file names, on every system and without regard to case. */
const PLAIN = /^[a-z0-9][a-z0-9_-]{0,47}$/;
/** Device names that Windows finds in any folder ("Naming files, paths, and namespaces"). */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * The name a bot goes by: 1 to 64 characters that people can read.
 *
 * @throws CastkeyError `bad-request`.
 */
export function checkBotName(name: unknown): string {
  if (typeof name !== 'string' || name.trim() === '' || name.length > 64 || /[\p{Cc}\p{Cf}]/u.test(name)) {
    throw new CastkeyError('bad-request', 'A bot needs a name of 1 to 64 readable characters.');
  }
  return name;
}

/**
 * The file name of a bot's key. Different names give different files, on case-insensitive file
 * systems too: a name that isn't plain gets a part of its SHA-256 behind a dot, which no plain name has.
 */
export function keyFileName(name: string): string {
  if (PLAIN.test(name) && !RESERVED.test(name)) return `${name}.json`;
  const legible = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 32);
  return `bot-${legible}.${sha256(name).slice(0, 16)}.json`;
}

/** The folder of all pairing keys of this user, as each platform keeps such files. */
export function keyFolder(host: Pick<Host, 'platform' | 'env' | 'homedir'>): string {
  return pathsOf(host.platform).join(settingsFolder(host), 'castkey-client');
}

/** Where the key of a bot lies: the option, else `CASTKEY_KEY_FILE`, else a file in {@link keyFolder}. */
export function keyFilePath(
  host: Pick<Host, 'platform' | 'env' | 'homedir'>,
  name: string,
  chosen?: string,
): string {
  const { join } = pathsOf(host.platform);
  return chosen || host.env.CASTKEY_KEY_FILE || join(keyFolder(host), keyFileName(name));
}

/** By the platform that is asked about, so that each one's rule can be tested on any. */
function pathsOf(platform: string): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
