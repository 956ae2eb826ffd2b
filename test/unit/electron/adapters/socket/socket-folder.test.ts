import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkOwnership,
  type Owner,
  thisUser,
} from '../../../../../electron/adapters/socket/socket-folder.ts';

const asRoot = process.getuid?.() === 0;
let root: string;
let owner: Owner;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'castkey-way-')));
  owner = { ...thisUser(), homes: [join(root, 'home')] };
  mkdirSync(join(root, 'home/run'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const problemOf = (folder: string): string => {
  try {
    checkOwnership(folder, owner);
    return 'none';
  } catch (problem) {
    return String(problem);
  }
};

describe.runIf(process.platform !== 'win32')('the way to the socket’s folder', () => {
  it('may lead through a folder that everybody shares, and to one that isn’t there yet', () => {
    chmodSync(root, 0o1777);
    expect(problemOf(join(root, 'home/run'))).toBe('none');
    expect(problemOf(join(root, 'home/run/not/yet'))).toBe('none');
  });

  it('may lead through a folder that others can read', () => {
    chmodSync(root, 0o755);
    expect(problemOf(join(root, 'home/run'))).toBe('none');
  });

  it.each([0o777, 0o757])('is refused when others may write in a folder above it (%o)', (mode) => {
    chmodSync(root, mode);
    expect(problemOf(join(root, 'home/run'))).toContain(`Other users may write in ${root}, `);
  });

  it('is refused when a group may write above it, unless the group is this user’s own', () => {
    chmodSync(join(root, 'home'), 0o775);
    const own = { ...owner, gid: owner.uid };
    const mine = owner.gid === owner.uid;
    expect(problemOf(join(root, 'home/run'))).toBe(mine ? 'none' : expect.stringContaining('may write'));
    owner = { ...own, gid: owner.gid + 1 };
    expect(problemOf(join(root, 'home/run'))).toContain('may write');
  });

  it('is refused when a folder above it is another user’s', (context) => {
    if (!asRoot) context.skip('only root can give a folder away');
    chownSync(join(root, 'home'), 12345, 12345);
    expect(problemOf(join(root, 'home/run'))).toContain('home belongs to another user');
  });

  it('is refused when it leads through a link below the home, whoever made it', () => {
    symlinkSync(join(root, 'home/run'), join(root, 'home/link'));
    expect(problemOf(join(root, 'home/link/castkey'))).toContain('home/link is a symbolic link');
  });

  it('may lead through a link of the system’s above the home, and what that leads to is looked at', (context) => {
    if (!asRoot) context.skip('only root can make a link of the system’s');
    symlinkSync('home', join(root, 'system'));
    expect(problemOf(join(root, 'system/run'))).toBe('none');
    chmodSync(join(root, 'home'), 0o777);
    expect(problemOf(join(root, 'system/run'))).toContain('may write');
  });

  it('is refused when it leads through anybody else’s link', (context) => {
    if (!asRoot) context.skip('only root can give a link away');
    symlinkSync('home', join(root, 'theirs'));
    lchownSync(join(root, 'theirs'), 12345, 12345);
    expect(problemOf(join(root, 'theirs/run'))).toContain('another user');
    owner = { ...owner, uid: 12345 };
    expect(problemOf(join(root, 'theirs/run'))).toContain('symbolic link');
  });

  it('is refused when links lead round and round', () => {
    symlinkSync('one', join(root, 'two'));
    symlinkSync('two', join(root, 'one'));
    expect(problemOf(join(root, 'one/x'))).toContain('symbolic link');
  });

  it('of this user is looked at below the home and the runtime folder', () => {
    expect(thisUser({ XDG_RUNTIME_DIR: '/run/user/7/' }).homes).toContain('/run/user/7');
    expect(thisUser({ XDG_RUNTIME_DIR: 'relative' }).homes).toHaveLength(1);
  });
});
