import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { claimProfile } from '../../../electron/app/claim-profile.ts';

const chromium = vi.hoisted(() => ({ grants: true }));
const disk = vi.hoisted((): { refuses: string | null } => ({ refuses: null }));
vi.mock('electron', () => ({ app: { requestSingleInstanceLock: () => chromium.grants } }));
// Root writes everywhere, and tests run as root, too: the disk's no is played.
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const mkdirSync = (...args: Parameters<typeof fs.mkdirSync>): unknown => {
    if (disk.refuses !== null) throw Object.assign(new Error(disk.refuses), { code: disk.refuses });
    return fs.mkdirSync(...args);
  };
  return { ...fs, mkdirSync };
});

function freshHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'castkey-claim-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  onTestFinished(() => void Object.assign(disk, { refuses: null }));
  return home;
}

it('a profile that nobody has is ours', () => {
  chromium.grants = true;
  expect(claimProfile(freshHome(), {})).toMatchObject({ kind: 'held' });
});

it('one that a Castkey of before the lock has is running', () => {
  chromium.grants = false;
  expect(claimProfile(freshHome(), {})).toEqual({ kind: 'running' });
});

it.each(['EROFS', 'EACCES', 'ENOSPC'])('one that takes nothing is not running: %s', (code) => {
  chromium.grants = false;
  const home = freshHome();
  disk.refuses = code;
  expect(claimProfile(home, {})).toEqual({
    kind: 'refused',
    problem: `The profile can't be written to (${code}): ${home}. Make it writable, or set CASTKEY_HOME to another folder.`,
  });
});
