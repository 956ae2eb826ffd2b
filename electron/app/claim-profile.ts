import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { type HeldProfile, lockProfile, unwritable } from '../adapters/profile-lock/profile-lock.ts';
import { castkeyAnswers } from '../adapters/socket/live-vault.ts';
import type { StartOptions } from './options.ts';

/** The profile is ours; another Castkey has it and was told to show its window; or why Castkey can't start. */
export type Claim = HeldProfile | { kind: 'running' } | { kind: 'refused'; problem: string };

type ClaimOptions = Pick<StartOptions, 'socketPath' | 'ownsSocketFolder'>;

/**
 * One Castkey a profile, however it was started: two would renew one login each for itself, and Twitch then ends
 * it. Chromium's own lock (`requestSingleInstanceLock`) finds the first through /tmp, so it misses one of another
 * mount namespace, and then takes its place; that is why the profile's own lock comes first. `told` is what the first
 * one is to know of this start.
 */
export function claimProfile(home: string, told: Record<string, string>): Claim {
  const lock = lockProfile(home);
  if (lock.kind === 'refused') return lock;
  if (lock.kind === 'taken' && !firstIsReachable(home)) return { kind: 'refused', problem: inUse(home) };
  if (!app.requestSingleInstanceLock(told)) {
    // Chromium says the same of a profile that it can't write its own lock to.
    const code = lock.kind === 'held' ? whyUnwritable(home) : null;
    return code === null ? { kind: 'running' } : { kind: 'refused', problem: unwritable(home, code) };
  }
  if (lock.kind === 'taken') return { kind: 'refused', problem: inUse(home) };
  return lock;
}

/**
 * Why Castkey can't start although the profile is ours: one that knew no lock (0.1) serves its bots. A socket that
 * `CASTKEY_SOCKET` names may be another profile's, and says nothing.
 */
export async function findOlderCastkey(options: ClaimOptions): Promise<string | null> {
  const { socketPath, ownsSocketFolder } = options;
  if (!ownsSocketFolder || !(await castkeyAnswers(socketPath))) return null;
  return `A Castkey is already serving bots at ${socketPath}. Quit it first.`;
}

/** Why nothing can be written into the profile, as a code. Tried, since no mode tells of a disk that is full. */
function whyUnwritable(home: string): string | null {
  const probe = join(home, `.castkey-${process.pid}`);
  try {
    mkdirSync(probe);
    rmdirSync(probe);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

/** Whether Chromium's socket of the first start can be seen from here; without it, asking would take its place. */
function firstIsReachable(home: string): boolean {
  return process.platform === 'win32' || existsSync(join(home, 'SingletonSocket'));
}

const inUse = (home: string): string =>
  `Another program, most likely another Castkey, has the profile ${home}, and its window can't be reached from here. Quit it first.`;
