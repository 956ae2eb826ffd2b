import { describe, expect, it } from 'vitest';
import { printable, readCommand } from '../../../../../electron/adapters/socket/process-info.ts';

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
