import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPeerLookup, UNKNOWN_PEER } from '../../../electron/adapters/socket/peer.ts';
import { findProgram } from '../../support/find-program.ts';
import { sha256 } from '../../support/sha256.ts';
import { quiet, sharedSocketFolder } from './socket-fixture.ts';

const asRoot = process.getuid?.() === 0;

const folder = sharedSocketFolder();
const { open } = folder;

const connecting = (path: string): string => `require('node:net').connect(${path}).resume()`;
const perlConnecting = (title: string): string =>
  `use IO::Socket::UNIX; my $path = $ARGV[0]; $0 = '${title}'; my $s = IO::Socket::UNIX->new($path); <$s>`;
/** As setproctitle does it: the title over argv, and NULs over the rest. */
const PYTHON_CONNECTING = `
import ctypes, socket, sys
start, end = (int(open('/proc/self/stat').read().rsplit(')', 1)[1].split()[at]) for at in (45, 46))
ctypes.memmove(start, b'luna bot'.ljust(end - start, b'\\0'), end - start)
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
line.recv(1)`;

describe.runIf(process.platform === 'linux')('who connects', () => {
  it('is told by the system: program, script, parent', async () => {
    const fixture = await open({ describe: await createPeerLookup(quiet) });
    const script = join(folder.root, 'bot.cjs');
    writeFileSync(script, `require('node:net').connect(process.argv[2]).resume()`);
    const arrival = fixture.arrival();
    const bot = spawn(process.execPath, ['--no-warnings', 'bot.cjs', folder.path], { cwd: folder.root });
    const { pipe } = await arrival;
    expect(pipe.peer).toEqual({
      pid: bot.pid,
      uid: process.getuid?.(),
      program: process.execPath,
      script: realpathSync(script),
      rewritten: false,
      parent: process.execPath,
      interpreter: true,
      relay: false,
      otherNamespace: false,
      otherFile: null,
      connection: null,
      late: expect.any(Boolean),
      run: expect.stringMatching(/^\d+(\.\d+){3}$/),
      replaceable: false,
    });
    expect(await pipe.lookAgain()).toEqual({ ...pipe.peer, otherFile: false, connection: 'own' });
    expect(await pipe.fingerprint()).toBe(sha256(readFileSync(script)));
    bot.kill();
  });

  const TITLED: [string, string, string, string[]][] = [
    ['node', process.execPath, `process.title = 'luna bot'; ${connecting('process.argv[2]')}`, []],
    ['node, a longer one', process.execPath, `process.title = '/x/y.js '.repeat(99); ${connecting('p')}`, []],
    ['node, an empty one', process.execPath, `process.title = ''; ${connecting('p')}`, []],
    ['node, before it begins', process.execPath, connecting('process.argv[2]'), ['--title=luna bot']],
    ['perl', 'perl', perlConnecting('luna bot'), []],
    ['perl, a longer one', 'perl', perlConnecting('/x/luna bot '.repeat(99)), []],
    ['python', 'python3', PYTHON_CONNECTING, []],
  ];
  it.for(TITLED)(
    'has no script when it gave itself a title: %s',
    async ([, program, text, flags], context) => {
      if (findProgram(program) === undefined) context.skip(`${program} is not installed`);
      const fixture = await open({ describe: await createPeerLookup(quiet) });
      const script = join(folder.root, 'bot.cjs');
      writeFileSync(script, text.replace('connect(p)', `connect(${JSON.stringify(folder.path)})`));
      const arrival = fixture.arrival();
      const bot = spawn(program, [...flags, 'bot.cjs', folder.path, 'more', 'arguments'], {
        cwd: folder.root,
      });
      const { pipe } = await arrival;
      expect(pipe.peer).toMatchObject({ pid: bot.pid, script: null, rewritten: true, interpreter: true });
      expect(await pipe.fingerprint()).toBeNull();
      bot.kill();
    },
  );

  it('is looked at once for all that ask meanwhile, and never by a look that began before', async () => {
    const lookup = await createPeerLookup(quiet);
    const server = createServer().listen(folder.path);
    folder.opened.push(server);
    const arrival = once(server, 'connection');
    connect(folder.path).on('error', () => {});
    const { lookAgain } = lookup((await arrival)[0]);
    const [first, second, third] = [lookAgain(), lookAgain(), lookAgain()];
    expect([first === second, second === third]).toEqual([false, true]);
    const own = { pid: process.pid, connection: 'own', otherFile: false };
    expect(await Promise.all([first, second])).toMatchObject([own, own]);
    expect(await lookAgain()).toMatchObject(own);
  });

  it('is turned away when it is another user', async (context) => {
    if (!asRoot) context.skip('only root can become another user');
    const fixture = await open({ describe: await createPeerLookup(quiet), ownFolder: false });
    chmodSync(folder.root, 0o755);
    chmodSync(folder.path, 0o666);
    const script = `require('node:net').connect(${JSON.stringify(folder.path)}).on('close', () => process.exit(7)).resume()`;
    const stranger = spawn('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, '-e', script]);
    expect((await once(stranger, 'exit'))[0]).toBe(7);
    expect(fixture.accepted).toEqual([]);
    expect(fixture.refused).toMatchObject([{ uid: 65_534 }]);
  });

  it('through a program that forwards is told as that program', async () => {
    const fixture = await open({ describe: await createPeerLookup(quiet) });
    const forwarder = join(folder.root, 'socat');
    copyFileSync(process.execPath, forwarder);
    const arrival = fixture.arrival();
    const script = `require('node:net').connect(${JSON.stringify(folder.path)}).resume()`;
    const relay = spawn(forwarder, ['-e', script]);
    const { pipe } = await arrival;
    expect(pipe.peer).toMatchObject({ program: realpathSync(forwarder), relay: true, interpreter: false });
    expect(await pipe.fingerprint()).toBeNull();
    relay.kill();
    await once(relay, 'exit');
  });

  it('is nobody when the system can’t be asked, and is let in all the same', async () => {
    const lookup = await createPeerLookup(quiet);
    const server = createServer();
    folder.opened.push(server);
    expect(lookup(connect(join(folder.root, 'nowhere')).on('error', () => {}))).toMatchObject({
      peer: UNKNOWN_PEER.peer,
    });
  });
});
