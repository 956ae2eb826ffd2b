import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linuxProcess } from '../../../electron/adapters/socket/linux-process.ts';
import { printable, programScript } from '../../../electron/adapters/socket/program-script.ts';

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
    ['/opt/bot/bot', ['bot', 'config.json'], null],
    ['/opt/nodes/nodelike', ['nodelike', 'x.js'], null],
    ['/usr/bin/node', ['node', 'bot\u202Esj.exe'], '/home/user/bots/bot\uFFFDsj.exe'],
  ])('%s %j → %s', (program, argv, script) => {
    expect(programScript(program, argv, '/home/user/bots')).toBe(script);
  });

  it('is shown without what moves or hides text', () => {
    expect(printable('a\u0007b\u202ec\u200bd\ne')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe');
    expect(printable('x'.repeat(5000))).toHaveLength(1024);
  });
});

describe('a process in /proc', () => {
  let proc: string;
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'castkey-proc-'));
  });
  afterEach(() => rmSync(proc, { recursive: true, force: true }));

  const put = (pid: number, parent: number, name: string, program: string, argv: string[]): void => {
    mkdirSync(join(proc, String(pid)));
    const fields = [parent, ...Array.from({ length: 17 }, () => 0), 4711, 0];
    writeFileSync(join(proc, `${pid}/stat`), `${pid} (${name}) S ${fields.join(' ')}\n`);
    writeFileSync(join(proc, `${pid}/cmdline`), argv.map((arg) => `${arg}\0`).join(''));
    symlinkSync(program, join(proc, `${pid}/exe`));
    symlinkSync('/bots', join(proc, `${pid}/cwd`));
  };

  it('is told with its script and the program that started it', () => {
    put(10, 1, 'bash', '/bin/bash', ['bash']);
    put(20, 10, 'a) S 99 (b', '/usr/bin/node', ['node', 'bot.js']);
    expect(linuxProcess(20, proc)).toEqual({
      program: '/usr/bin/node',
      script: '/bots/bot.js',
      parent: '/bin/bash',
    });
  });

  it('is told without a parent that can’t be looked at', () => {
    put(20, 10, 'bot', '/opt/bot', ['bot']);
    expect(linuxProcess(20, proc)).toEqual({ program: '/opt/bot', script: null, parent: null });
  });

  it('is not told when it is gone, or /proc makes no sense', () => {
    const unknown = { program: null, script: null, parent: null };
    expect(linuxProcess(30, proc)).toEqual(unknown);
    put(20, 10, 'bot', '/opt/bot', ['bot']);
    writeFileSync(join(proc, '20/stat'), 'nonsense');
    expect(linuxProcess(20, proc)).toEqual(unknown);
  });

  it.runIf(process.platform === 'linux')('is told of this very test', () => {
    expect(linuxProcess(process.pid).program).toBe(process.execPath);
  });
});
