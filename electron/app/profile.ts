import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TwitchEnvironment } from '../../shared/twitch-environment.ts';
import { REAL_TWITCH, standInFolder } from '../policy/twitch-environment.ts';

/** Which Twitch a vault works with. Each has a folder of its own, so accounts never mix. */
export type Mode =
  | { kind: 'twitch' }
  | { kind: 'stand-in'; environment: TwitchEnvironment }
  | { kind: 'sandbox' };

/** The folder of a mode inside the profile. */
export function modeFolder(home: string, mode: Mode): string {
  if (mode.kind === 'sandbox') return join(home, 'sandbox');
  if (mode.kind === 'stand-in') return join(home, standInFolder(mode.environment.standIn?.url ?? ''));
  return home;
}

/** Where Twitch is in a mode; the built-in sandbox tells that itself once it runs. */
export function modeEnvironment(mode: Mode): TwitchEnvironment {
  return mode.kind === 'stand-in' ? mode.environment : REAL_TWITCH;
}

/**
 * Makes the profile's folder, for this user only. The problem is told when it can't be made so: a
 * shared folder such as /tmp is nobody's profile, and its mode is not Castkey's to change.
 */
export function prepareHome(home: string): { problem: string } | null {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    if (process.platform === 'win32') return null;
    const found = lstatSync(home);
    if (found.uid !== process.getuid?.() || (found.mode & 0o1000) !== 0)
      return { problem: `The profile must be a folder of your own: ${home}` };
    if (found.isDirectory() && (found.mode & 0o077) !== 0) chmodSync(home, 0o700);
    return null;
  } catch (error) {
    return { problem: `The profile can't be used (${(error as NodeJS.ErrnoException).code}): ${home}` };
  }
}
