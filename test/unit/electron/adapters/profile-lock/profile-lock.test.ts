import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockProfile, type ProfileLock } from '../../../../../electron/adapters/profile-lock/profile-lock.ts';
import { loadSystemLock } from '../../../../../electron/adapters/profile-lock/system-lock.ts';

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'castkey-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Locks it until the test ends, or `release`. */
function lock(home: string): ProfileLock {
  const result = lockProfile(home);
  if (result.kind === 'held') onTestFinished(() => result.release());
  return result;
}

function held(home: string) {
  const result = lockProfile(home);
  if (result.kind !== 'held') throw new Error(`not held: ${JSON.stringify(result)}`);
  return result;
}

const kindOf = (home: string): string => lock(home).kind;

describe('the lock of a profile', () => {
  it('keeps a second one out, by whatever path it comes, until it is released', () => {
    const [home, elsewhere] = [freshFolder(), freshFolder()];
    const link = join(elsewhere, 'link');
    symlinkSync(home, link);
    const first = held(home);
    expect([kindOf(home), kindOf(link), kindOf(`${home}/.`)]).toEqual(['taken', 'taken', 'taken']);
    expect(kindOf(elsewhere)).toBe('held');
    first.release();
    expect(kindOf(link)).toBe('held');
  });

  it.each([
    ['deleted', (file: string) => rmSync(file)],
    ['renamed', (file: string) => renameSync(file, `${file}.old`)],
    [
      'replaced',
      (file: string) => {
        writeFileSync(`${file}.new`, '');
        renameSync(`${file}.new`, file);
      },
    ],
  ])('holds although its file is %s', (_how, act) => {
    const home = freshFolder();
    const first = held(home);
    onTestFinished(() => first.release());
    act(join(home, 'profile.lock'));
    expect(kindOf(home)).toBe('taken');
    expect(first.stands()).toBe(true);
  });

  it('no longer stands once the folder was moved away, though another one is in its place', () => {
    const home = join(freshFolder(), 'profile');
    mkdirSync(home);
    const first = held(home);
    onTestFinished(() => first.release());
    renameSync(home, `${home}.old`);
    expect(first.stands()).toBe(false);
    mkdirSync(home);
    expect(first.stands()).toBe(false);
    expect(kindOf(home)).toBe('held');
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link', (path: string) => symlinkSync('/dev/zero', path)],
  ])('is refused with a sentence when %s is in the place of its file', (_what, put) => {
    const home = freshFolder();
    put(join(home, 'profile.lock'));
    expect(lock(home)).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining(`one Castkey alone`),
    });
    rmSync(join(home, 'profile.lock'), { recursive: true });
    expect(kindOf(home)).toBe('held'); // nothing is left locked
  });

  it('stands by its file where the system locks no folder', () => {
    const home = freshFolder();
    const lockPath = loadSystemLock();
    const result = lockProfile(
      home,
      () => (path, flags) => (path === home ? { refused: 'EBADF' } : lockPath(path, flags)),
    );
    if (result.kind !== 'held') throw new Error(`not held: ${result.kind}`);
    onTestFinished(() => result.release());
    expect(result.stands()).toBe(true);
    renameSync(home, `${home}.old`);
    onTestFinished(() => rmSync(`${home}.old`, { recursive: true }));
    expect(result.stands()).toBe(false);
  });

  it('is refused where there is no folder', () => {
    expect(lock('/proc/1/nowhere')).toMatchObject({ kind: 'refused' });
  });

  it('is not inherited by a program that is started meanwhile', async () => {
    const home = freshFolder();
    const first = held(home);
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    first.release();
    expect(kindOf(home)).toBe('held');
    expect(readdirSync(home)).toEqual(['profile.lock']);
  });
});
