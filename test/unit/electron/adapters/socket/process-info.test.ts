import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFarLane } from '../../../../../electron/adapters/socket/far-lane.ts';
import { createFileComparison } from '../../../../../electron/adapters/socket/file-comparison.ts';
import { createFingerprints } from '../../../../../electron/adapters/socket/fingerprints.ts';
import { linuxProcess } from '../../../../../electron/adapters/socket/linux-process.ts';
import {
  printable,
  readCommand,
  UNKNOWN_PROCESS,
} from '../../../../../electron/adapters/socket/process-info.ts';
import { sha256 } from '../../../../support/sha256.ts';

describe('the script of a program', () => {
  it.each([
    ['/usr/bin/node', ['node', 'bot.js'], '/home/user/bots/bot.js'],
    [
      '/usr/bin/node',
      ['node', '--enable-source-maps', '-r', 'dotenv/config', '/b/bot.js', 'arg'],
      '/b/bot.js',
    ],
    ['/usr/bin/node', ['node', '--import', './x.mjs', 'bot.ts'], '/home/user/bots/bot.ts'],
    ['/usr/bin/node', ['node', '-e', 'evil()'], null],
    ['/usr/bin/node', ['node'], null],
    ['/usr/bin/node (deleted)', ['node', 'bot.js'], '/home/user/bots/bot.js'],
    ['/usr/bin/python3.11', ['python3', '-u', 'bot.py'], '/home/user/bots/bot.py'],
    ['/usr/bin/python3', ['python3', '-m', 'mybot'], '-m mybot'],
    ['/usr/bin/python3', ['python3', '-c', 'import x'], null],
    ['/usr/bin/deno', ['deno', 'run', '--allow-net', 'bot.ts'], '/home/user/bots/bot.ts'],
    ['/root/.bun/bin/bun', ['bun', 'run', 'bot.ts'], '/home/user/bots/bot.ts'],
    ['/bin/bash', ['bash', '../start.sh'], '/home/user/start.sh'],
    ['/usr/bin/ruby3.1', ['ruby', 'bot.rb'], '/home/user/bots/bot.rb'],
    ['/usr/bin/python3', ['python3', '-um', 'mybot'], '-m mybot'],
    ['/usr/bin/python3', ['python3', '-I', 'bot.py'], '/home/user/bots/bot.py'],
    ['/usr/bin/bash', ['bash', '-ec', 'nc -U s'], null],
    ['/usr/bin/node', ['node', '--', '-odd.js'], '/home/user/bots/-odd.js'],
    ['/usr/lib/jvm/bin/java', ['java', '-Xmx1g', '-jar', 'bot.jar', 'x'], '/home/user/bots/bot.jar'],
    ['/usr/lib/jvm/bin/java', ['java', '-cp', 'lib/*', 'org.bot.Main'], 'org.bot.Main'],
    ['/usr/share/dotnet/dotnet', ['dotnet', 'exec', 'Bot.dll'], '/home/user/bots/Bot.dll'],
    ['/usr/share/dotnet/dotnet', ['dotnet', 'Bot.dll'], '/home/user/bots/Bot.dll'],
    ['/usr/bin/mono-sgen', ['mono', 'Bot.exe'], '/home/user/bots/Bot.exe'],
    ['/usr/bin/lua5.4', ['lua', '-l', 'x', 'bot.lua'], '/home/user/bots/bot.lua'],
    ['/usr/lib/R/bin/exec/R', ['R', '--no-echo', '--file=bot.R'], '/home/user/bots/bot.R'],
    ['/usr/bin/php8.3', ['php', '-f', 'bot.php'], '/home/user/bots/bot.php'],
    ['/usr/local/bin/tsx', ['tsx', '--env-file', '.env', 'bot.ts'], '/home/user/bots/bot.ts'],
    ['/usr/bin/uv', ['uv', 'run', '--with', 'twitchio', 'bot.py'], '/home/user/bots/bot.py'],
    ['/bin/busybox', ['sh', 'bot.sh'], '/home/user/bots/bot.sh'],
    ['/lib64/ld-linux-x86-64.so.2', ['ld.so', '--library-path', '/x', './bot'], '/home/user/bots/bot'],
    ['/usr/bin/qemu-aarch64', ['qemu-aarch64', '-L', '/sys', './bot'], '/home/user/bots/bot'],
    ['/opt/bot/bot', ['bot', 'config.json'], null],
    ['/opt/nodes/nodelike', ['nodelike', 'x.js'], null],
    ['/usr/bin/node', ['node', 'bot\u202Esj.exe'], '/home/user/bots/bot\uFFFDsj.exe'],
  ])('%s %j → %s', (program, argv, script) => {
    expect(readCommand(program, argv, '/home/user/bots').script).toBe(script);
  });

  it.each<[string, string[], string | null, boolean]>([
    // Node: the title and NULs, never longer than the arguments were.
    ['/usr/bin/node', ['my-bot', '', '', ''], null, true],
    ['/usr/bin/node', ['my bot with spaces', ''], null, true],
    ['/usr/bin/node', ['as-long-as-it-was'], null, true],
    ['/usr/bin/node', ['/home/user/bots/other.js', '', ''], null, true],
    ['/usr/bin/node', ['node', '', ''], null, true],
    ['/usr/bin/node', ['', '', '', ''], null, true],
    ['/usr/bin/node', [''], null, true],
    ['/usr/bin/node', [], null, true],
    ['/usr/bin/python3', ['mybot: connected to chat', '', ''], null, true],
    ['/usr/bin/python3', ['a title that goes on where the environment was'], null, true],
    // Perl fills up with spaces, where the kernel doesn't cut them off.
    ['/usr/bin/perl', ['ti', '            '], null, true],
    ['/usr/bin/ruby3.1', ['bot worker', ''], null, true],
    // Half written over.
    ['/usr/bin/python3', ['bot', '', 'bot.py'], null, true],
    // What was given is told, whatever the program was called as.
    ['/usr/bin/node', ['my-bot', 'bot.js'], '/home/user/bots/bot.js', false],
    ['/usr/bin/node', ['node', 'bot.js', '', 'x'], '/home/user/bots/bot.js', false],
    ['/usr/bin/node', ['node', '.'], '/home/user/bots', false],
    ['/usr/bin/node', ['/usr/local/bin/node'], null, false],
    ['/usr/bin/python3.11', ['python3', '-c', ''], null, false],
    ['/usr/bin/bash', ['-bash'], null, false],
    ['/bin/busybox', ['busybox', 'sh'], null, false],
    ['/opt/bot/bot', ['my-title', '', ''], null, false],
  ])('%s %j → %s; its command line was written over: %s', (program, argv, script, rewritten) => {
    expect(readCommand(program, argv, '/home/user/bots')).toMatchObject({ script, rewritten });
  });

  it.each([
    ['/usr/bin/node', ['node'], true],
    ['/usr/bin/python3.13', ['python3'], true],
    ['/opt/electron/electron', ['electron', '.'], true],
    ['/bin/busybox', ['busybox', 'sh'], true],
    ['/bin/busybox', ['busybox', 'nc'], false],
    ['/opt/Firebot/firebot', ['firebot'], false],
    ['/opt/nodes/nodelike', ['nodelike'], false],
  ])('%s %j is an interpreter: %s', (program, argv, interpreter) => {
    expect(readCommand(program, argv, '/').interpreter).toBe(interpreter);
  });

  it.each([
    ['/usr/sbin/sshd', ['sshd: s@notty'], true],
    ['/usr/lib/openssh/sshd-session', ['sshd-session: s'], true],
    ['/usr/bin/ssh', ['ssh', '-R'], true],
    ['/usr/bin/socat1', ['socat'], true],
    ['/usr/bin/nc.openbsd', ['nc', '-U'], true],
    ['/bin/busybox', ['nc', 'local:/s'], true],
    ['/bin/busybox', ['busybox', 'nc'], true],
    ['/usr/bin/npiperelay.exe', [], true],
    ['/usr/bin/node', ['node', '/x/ssh'], false],
    ['/opt/sshdeck', ['ssh'], false],
  ])('%s %j hands on what others say: %s', (program, argv, relay) => {
    expect(readCommand(program, argv, '/').relay).toBe(relay);
  });

  it('is shown without what moves or hides text', () => {
    expect(printable('a\u0007b\u202ec\u200bd\ne')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe');
    expect(printable('x'.repeat(5000))).toHaveLength(1024);
  });
});

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
