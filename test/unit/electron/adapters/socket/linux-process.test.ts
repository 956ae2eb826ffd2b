import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFarLane } from '../../../../../electron/adapters/socket/far-lane.ts';
import { createFileComparison } from '../../../../../electron/adapters/socket/file-comparison.ts';
import { createFingerprints } from '../../../../../electron/adapters/socket/fingerprints.ts';
import { linuxProcess } from '../../../../../electron/adapters/socket/linux-process.ts';
import { UNKNOWN_PROCESS } from '../../../../../electron/adapters/socket/process-info.ts';
import { sha256 } from '../../../../support/sha256.ts';

/** proc_pid_stat(5). */
function stat(
  ...[pid, parent, name, startedAt, stack = 815, end = 0]: [number, number, string, number, number?, number?]
): string {
  const zeros = (length: number): number[] => Array.from({ length }, () => 0);
  const fields = [parent, ...zeros(17), startedAt, 0, 0, 0, 64, 99, stack, ...zeros(22), end, 0];
  return `${pid} (${name}) S ${fields.join(' ')}\n`;
}

describe('a process in /proc', () => {
  let proc: string;
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'castkey-proc-'));
  });
  afterEach(() => rmSync(proc, { recursive: true, force: true }));

  const put = (pid: number, parent: number, name: string, program: string, argv: string[]): void => {
    mkdirSync(join(proc, String(pid)));
    writeFileSync(join(proc, `${pid}/stat`), stat(pid, parent, name, 4711));
    writeFileSync(join(proc, `${pid}/cmdline`), argv.map((arg) => `${arg}\0`).join(''));
    symlinkSync(program, join(proc, `${pid}/exe`));
    symlinkSync('/bots', join(proc, `${pid}/cwd`));
    symlinkSync(proc, join(proc, `${pid}/root`));
  };
  const far = createFarLane();
  const files = { fingerprints: createFingerprints(far), sameFile: createFileComparison(far) };
  const info = (pid: number) => linuxProcess(pid, files, proc).info;
  const unknown = UNKNOWN_PROCESS;
  const run = '4711.815.64.99';

  it('is told with its script and the program that started it', () => {
    put(10, 1, 'bash', '/bin/bash', ['bash']);
    put(20, 10, 'a) S 99 (b', '/usr/bin/node', ['node', 'bot.js']);
    expect(info(20)).toEqual({
      program: '/usr/bin/node',
      script: '/bots/bot.js',
      parent: '/bin/bash',
      rewritten: false,
      interpreter: true,
      relay: false,
      otherNamespace: false,
      run,
      replaceable: false,
    });
  });

  it.each([
    ['on Intel, without random addresses', 2 ** 47 - 4118, true],
    ['on ARM, without random addresses', 2 ** 48 - 30, true],
    ['with 32 bits, without random addresses', 2 ** 32 - 8192 - 22, true],
    ['at random', 0x7ffcc2370fcf, false],
    ['near the top, at random', 2 ** 47 - 16 * 1024, false],
    ['which isn’t told', 0, false],
  ])('may be replaced unnoticed, by where its environment ends: %s', (_where, end, expected) => {
    put(20, 1, 'bot', '/opt/bot', ['bot']);
    writeFileSync(join(proc, '20/stat'), stat(20, 1, 'bot', 4711, 815, end));
    expect(info(20)).toMatchObject({ program: '/opt/bot', replaceable: expected });
  });

  it('is told without a parent that can’t be looked at', () => {
    put(20, 10, 'bot', '/opt/bot', ['bot']);
    expect(info(20)).toEqual({ ...unknown, program: '/opt/bot', run });
  });

  it('is told as a forwarder by its name alone when it can’t be looked into, as sshd can’t', () => {
    for (const [pid, name] of [
      [20, 'sshd'],
      [30, 'sshd-session'],
      [40, 'bot'],
    ] as const) {
      put(pid, 10, name, '/x', [`${name}: luna`]);
      rmSync(join(proc, `${pid}/exe`));
      writeFileSync(join(proc, `${pid}/exe`), ''); // reading the link fails, though the process is there
    }
    expect(info(20)).toEqual({ ...unknown, program: 'sshd', relay: true, run });
    expect(info(30)).toEqual({ ...unknown, program: 'sshd-session', relay: true, run });
    expect(info(40)).toEqual(unknown);
  });

  it('is not told when it is gone, or /proc makes no sense', () => {
    expect(info(30)).toEqual(unknown);
    put(20, 10, 'bot', '/opt/bot', ['bot']);
    writeFileSync(join(proc, '20/stat'), 'nonsense');
    expect(info(20)).toEqual(unknown);
  });

  describe('that is compared with this one', () => {
    const LINKS = { mnt: 'mnt:[1]', user: 'user:[2]', pid: 'pid:[3]' };
    const place = (of: string, links: Record<string, string>, root = '/'): void => {
      mkdirSync(join(proc, of, 'ns'), { recursive: true });
      for (const [name, link] of Object.entries(links)) symlinkSync(link, join(proc, of, 'ns', name));
      rmSync(join(proc, of, 'root'), { force: true });
      symlinkSync(root, join(proc, of, 'root'));
    };

    it.each<[string, Record<string, string>, string, boolean]>([
      ['has the same of all', LINKS, '/', false],
      ['has mounts of its own', { ...LINKS, mnt: 'mnt:[9]' }, '/', true],
      ['has users of its own', { ...LINKS, user: 'user:[9]' }, '/', true],
      ['has processes of its own', { ...LINKS, pid: 'pid:[9]' }, '/', true],
      ['has a root of its own', LINKS, '/srv/jail', true],
    ])('%s', (_how, links, root, expected) => {
      put(20, 1, 'bot', '/opt/bot', ['bot']);
      place('self', LINKS);
      place('20', links, root);
      expect(info(20)).toMatchObject({ program: '/opt/bot', otherNamespace: expected });
    });

    it('is not told when that can’t be seen, though of this one it can', () => {
      put(20, 1, 'bot', '/opt/bot', ['bot']);
      place('self', LINKS);
      expect(info(20)).toEqual(unknown);
    });
  });

  it.each([
    ['is the file at its path', 'bot', false],
    ['runs from a file that is gone', 'gone (deleted)', true],
    ['runs from another file than the one there by now', 'other', true],
  ])('%s', async (_how, program, expected) => {
    for (const name of ['bot', 'other']) writeFileSync(join(proc, name), 'ELF');
    put(20, 1, 'bot', join(proc, program), ['bot']);
    // What the link says and where it leads are two things in the real /proc, which the root of this one plays.
    const sameFile: typeof files.sameFile = (one, other) =>
      files.sameFile(one.endsWith('/exe') ? join(proc, 'bot') : one, other);
    expect(await linuxProcess(20, { ...files, sameFile }, proc).otherFile()).toBe(expected);
  });

  it('has another script than the one at its path when its own root leads to one', async () => {
    mkdirSync(join(proc, 'bots'));
    writeFileSync(join(proc, 'bots/bot.js'), 'console.log(1)');
    writeFileSync(join(proc, 'node'), 'ELF');
    put(20, 1, 'node', join(proc, 'node'), ['node', 'bot.js']);
    const otherFile = () => linuxProcess(20, files, proc).otherFile();
    expect(await otherFile()).toBe(true); // here /bots/bot.js is nothing
    rmSync(join(proc, 'bots/bot.js'));
    expect(await otherFile()).toBeNull();
  });

  it('is fingerprinted by what runs: its own file, or an interpreter’s script as the process sees it', async () => {
    mkdirSync(join(proc, 'bots'));
    writeFileSync(join(proc, 'bots/bot.js'), 'console.log(1)');
    writeFileSync(join(proc, 'bot'), 'ELF');
    put(10, 1, 'bot', join(proc, 'bot'), ['bot']);
    put(20, 1, 'node', '/usr/bin/node', ['node', 'bot.js']);
    put(30, 1, 'sshd', join(proc, 'bot'), ['bot']);
    rmSync(join(proc, '30/exe'));
    symlinkSync('/usr/sbin/sshd', join(proc, '30/exe'));
    const printOf = (pid: number) => linuxProcess(pid, files, proc).fingerprint();
    expect(await printOf(10)).toBe(sha256('ELF'));
    expect(await printOf(20)).toBe(sha256('console.log(1)'));
    expect(await printOf(30)).toBeNull();
  });

  it.each<[string, (at: string) => void]>([
    ['its number was given to another', (at) => writeFileSync(join(at, 'stat'), stat(20, 1, 'bot', 4712))],
    [
      'the same program was started in it anew',
      (at) => writeFileSync(join(at, 'stat'), stat(20, 1, 'bot', 4711, 816)),
    ],
    [
      'it runs something else by now',
      (at) => {
        rmSync(join(at, 'exe'));
        symlinkSync('/opt/other', join(at, 'exe'));
      },
    ],
    ['it has ended', (at) => rmSync(at, { recursive: true })],
  ])('is not fingerprinted when %s', async (_when, change) => {
    writeFileSync(join(proc, 'bot'), 'ELF');
    put(20, 1, 'bot', join(proc, 'bot'), ['bot']);
    const { fingerprint } = linuxProcess(20, files, proc);
    expect(await fingerprint()).toBe(sha256('ELF'));
    change(join(proc, '20'));
    expect(await fingerprint()).toBeNull();
  });

  it.runIf(process.platform === 'linux')('is told of this very test', async () => {
    const { info, fingerprint } = linuxProcess(process.pid, files);
    expect([info.program, info.interpreter]).toEqual([process.execPath, true]);
    expect(await fingerprint()).toBe(info.script && sha256(readFileSync(info.script)));
  });
});
