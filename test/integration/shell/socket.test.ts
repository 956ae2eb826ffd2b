import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPeerLookup } from '../../../electron/adapters/socket/peer.ts';
import { type OpenSocket, openSocket, SocketProblem } from '../../../electron/adapters/socket/server.ts';
import type { PeerFacts, Pipe } from '../../../electron/core/ports.ts';

const onUnix = describe.runIf(process.platform !== 'win32');
const asRoot = process.getuid?.() === 0;
const NOBODY: PeerFacts = { pid: null, uid: null, program: null, script: null, parent: null };
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

let root: string;
let path: string;
let opened: { close(): unknown }[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'castkey-socket-'));
  path = join(root, 'castkey.sock');
  opened = [];
});
afterEach(async () => {
  for (const thing of opened.reverse()) await thing.close();
  rmSync(root, { recursive: true, force: true });
});

interface Guest {
  pipe: Pipe;
  heard: string[];
  drained: number;
  closed: boolean;
}
interface House {
  socket: OpenSocket;
  guests: Guest[];
  /** Resolves with the next guest. */
  arrival(): Promise<Guest>;
}

async function openHouse(part: Partial<Parameters<typeof openSocket>[0]> = {}): Promise<House> {
  const guests: Guest[] = [];
  const waiting: ((guest: Guest) => void)[] = [];
  const socket = await openSocket({
    path,
    ownFolder: true,
    describe: () => NOBODY,
    log: quiet,
    accept: (pipe) => {
      const guest: Guest = { pipe, heard: [], drained: 0, closed: false };
      guests.push(guest);
      waiting.shift()?.(guest);
      return {
        data: (chunk) => {
          guest.heard.push(Buffer.from(chunk).toString());
          pipe.write(`echo ${guest.heard.join('')}`);
        },
        drained: () => {
          guest.drained += 1;
        },
        closed: () => {
          guest.closed = true;
        },
      };
    },
    ...part,
  });
  opened.push(socket);
  return { socket, guests, arrival: () => new Promise((resolve) => waiting.push(resolve)) };
}

async function visit(): Promise<Socket> {
  const socket = connect(path);
  opened.push({ close: () => socket.destroy() });
  await once(socket, 'connect');
  return socket;
}

const problemOf = (opening: Promise<unknown>): Promise<unknown> => opening.catch((error: unknown) => error);

onUnix('the socket', () => {
  it('carries bytes both ways', async () => {
    await openHouse();
    const socket = await visit();
    socket.write('hello\n');
    expect(String(await once(socket, 'data'))).toBe('echo hello\n');
  });

  it('is this user’s alone, and so is its folder', async () => {
    path = join(root, 'deep', 'castkey', 'castkey.sock');
    await openHouse();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'deep', 'castkey')).mode & 0o777).toBe(0o700);
  });

  it('makes a folder of Castkey’s own private', async () => {
    chmodSync(root, 0o755);
    await openHouse();
    expect(statSync(root).mode & 0o777).toBe(0o700);
  });

  it('leaves a folder that was chosen as it is, when only its owner can write there', async () => {
    chmodSync(root, 0o755);
    await openHouse({ ownFolder: false });
    expect(statSync(root).mode & 0o777).toBe(0o755);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('goes away when it is closed, with those who are connected', async () => {
    const house = await openHouse();
    const arrival = house.arrival();
    const socket = await visit();
    socket.resume();
    const guest = await arrival;
    const gone = once(socket, 'close');
    await house.socket.close();
    await gone;
    expect([existsSync(path), guest.closed]).toEqual([false, true]);
  });

  it('says when a slow reader can take more', async () => {
    const house = await openHouse();
    const arrival = house.arrival();
    const socket = await visit();
    socket.pause();
    const guest = await arrival;
    let written = 0;
    while (guest.pipe.write('x'.repeat(65_536))) written += 1;
    expect(written).toBeLessThan(1000);
    expect(guest.drained).toBe(0);
    const drained = new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (guest.drained === 0) return;
        clearInterval(look);
        resolve();
      }, 5);
    });
    socket.resume();
    await drained;
    expect(guest.drained).toBe(1);
  });

  it('sends what is still to be sent before it hangs up', async () => {
    const house = await openHouse();
    const arrival = house.arrival();
    const socket = await visit();
    const guest = await arrival;
    const goodbye = `${'x'.repeat(1024 * 1024)}\n`; // more than the system takes at once
    guest.pipe.write(goodbye);
    guest.pipe.close();
    const heard: string[] = [];
    socket.on('data', (chunk) => heard.push(String(chunk)));
    await once(socket, 'close');
    expect(heard.join('')).toBe(goodbye);
    expect(guest.pipe.write('too late')).toBe(false);
  });
});

onUnix('opening the socket', () => {
  it('clears a dead one away', async () => {
    const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', script]), 'exit');
    expect(lstatSync(path).isSocket()).toBe(true);
    await openHouse();
    await visit();
  });

  it('never takes the place of a live one', async () => {
    const first = await openHouse();
    const problem = await problemOf(openHouse());
    expect(problem).toBeInstanceOf(SocketProblem);
    expect(String(problem)).toContain(`serving bots at ${path}`);
    await visit();
    expect(first.guests.length).toBeGreaterThan(0);
  });

  it.each<[string, () => void]>([
    ['a file', () => writeFileSync(path, 'mine')],
    ['a folder', () => mkdirSync(path)],
    ['a link to a file', () => symlinkSync('/etc/hostname', path)],
  ])('does not touch %s in its place', async (_what, put) => {
    put();
    expect(String(await problemOf(openHouse()))).toContain('something else');
    expect(existsSync(path)).toBe(true);
  });

  it('refuses a folder that is a symbolic link', async () => {
    mkdirSync(join(root, 'real'));
    symlinkSync(join(root, 'real'), join(root, 'link'));
    path = join(root, 'link', 'castkey.sock');
    expect(String(await problemOf(openHouse()))).toContain('symbolic link');
    expect(existsSync(path)).toBe(false);
  });

  it('refuses a chosen folder that others may write in, and says what to do', async () => {
    chmodSync(root, 0o777);
    expect(String(await problemOf(openHouse({ ownFolder: false })))).toContain(`chmod 700 "${root}"`);
    expect(statSync(root).mode & 0o777).toBe(0o777);
  });

  it('never changes a folder that everybody shares', async () => {
    chmodSync(root, 0o1777);
    expect(await problemOf(openHouse())).toBeInstanceOf(SocketProblem);
    expect(statSync(root).mode & 0o7777).toBe(0o1777);
  });

  it('refuses a folder of another user', async (context) => {
    if (!asRoot) context.skip('only root can give a folder away');
    chownSync(root, 12345, 12345);
    expect(String(await problemOf(openHouse()))).toContain('another user');
  });

  it('refuses a path the system would cut off', async () => {
    path = join(root, 'x'.repeat(120), 'castkey.sock');
    const problem = String(await problemOf(openHouse()));
    expect(problem).toMatch(/is \d+ bytes long, and this system allows 10[37]/);
    expect(problem).toContain('CASTKEY_SOCKET');
  });

  it('says why when the folder can’t be made', async () => {
    writeFileSync(join(root, 'file'), '');
    path = join(root, 'file', 'castkey.sock');
    expect(await problemOf(openHouse())).toBeInstanceOf(Error);
  });
});

describe.runIf(process.platform === 'linux')('who connects', () => {
  it('is told by the system: program, script, parent', async () => {
    const house = await openHouse({ describe: await createPeerLookup(quiet) });
    const script = join(root, 'bot.cjs');
    writeFileSync(script, `require('node:net').connect(process.argv[2]).resume()`);
    const arrival = house.arrival();
    const bot = spawn(process.execPath, ['--no-warnings', 'bot.cjs', path], { cwd: root });
    const { pipe } = await arrival;
    bot.kill();
    expect(pipe.peer).toEqual({
      pid: bot.pid,
      uid: process.getuid?.(),
      program: process.execPath,
      script: realpathSync(script),
      parent: process.execPath,
    });
  });

  it('is turned away when it is another user', async (context) => {
    if (!asRoot) context.skip('only root can become another user');
    const house = await openHouse({ describe: await createPeerLookup(quiet), ownFolder: false });
    chmodSync(root, 0o755);
    chmodSync(path, 0o666);
    const script = `require('node:net').connect(${JSON.stringify(path)}).on('close', () => process.exit(7)).resume()`;
    const stranger = spawn('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, '-e', script]);
    expect((await once(stranger, 'exit'))[0]).toBe(7);
    expect(house.guests).toEqual([]);
  });

  it('is nobody when the system can’t be asked, and is let in all the same', async () => {
    const lookup = await createPeerLookup(quiet);
    const server = createServer();
    opened.push(server);
    expect(lookup(connect(join(root, 'nowhere')).on('error', () => {}))).toEqual(NOBODY);
  });
});
