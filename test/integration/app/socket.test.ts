import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SocketProblem } from '../../../electron/adapters/socket/socket-folder.ts';
import { sharedSocketFolder } from './socket-fixture.ts';

const onUnix = describe.runIf(process.platform !== 'win32');
const asRoot = process.getuid?.() === 0;
const folder = sharedSocketFolder();
const { open, dial } = folder;
const problemOf = (opening: Promise<unknown>): Promise<unknown> => opening.catch((error: unknown) => error);

onUnix('the socket', () => {
  it('carries bytes both ways', async () => {
    await open();
    const socket = await dial();
    socket.write('hello\n');
    expect(String(await once(socket, 'data'))).toBe('echo hello\n');
  });

  it('is this user’s alone, and so is its folder', async () => {
    folder.path = join(folder.root, 'deep', 'castkey', 'castkey.sock');
    await open();
    expect(statSync(folder.path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.root, 'deep', 'castkey')).mode & 0o777).toBe(0o700);
  });

  it('makes a folder of Castkey’s own private', async () => {
    chmodSync(folder.root, 0o755);
    await open();
    expect(statSync(folder.root).mode & 0o777).toBe(0o700);
  });

  it('leaves a folder that was chosen as it is, when only its owner can write there', async () => {
    chmodSync(folder.root, 0o755);
    await open({ ownFolder: false });
    expect(statSync(folder.root).mode & 0o777).toBe(0o755);
    expect(statSync(folder.path).mode & 0o777).toBe(0o600);
  });

  it('goes away when it is closed, with those who are connected', async () => {
    const fixture = await open();
    const arrival = fixture.arrival();
    const socket = await dial();
    socket.resume();
    const peer = await arrival;
    const gone = once(socket, 'close');
    await fixture.socket.close();
    await gone;
    expect([existsSync(folder.path), peer.closed]).toEqual([false, true]);
  });

  it('says when a slow reader can take more', async () => {
    const fixture = await open();
    const arrival = fixture.arrival();
    const socket = await dial();
    socket.pause();
    const peer = await arrival;
    let written = 0;
    while (peer.pipe.write('x'.repeat(65_536))) written += 1;
    expect(written).toBeLessThan(1000);
    expect(peer.drained).toBe(0);
    const drained = new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (peer.drained === 0) return;
        clearInterval(look);
        resolve();
      }, 5);
    });
    socket.resume();
    await drained;
    expect(peer.drained).toBe(1);
  });

  it('reads nothing from a peer while it is told to pause, and loses nothing', async () => {
    const fixture = await open();
    const arrival = fixture.arrival();
    const socket = await dial();
    const peer = await arrival;
    peer.pipe.pause();
    socket.write('hello');
    const other = await dial();
    other.write('who waits for nothing');
    await once(other, 'data');
    expect(peer.heard).toEqual([]);
    peer.pipe.resume();
    expect(String(await once(socket, 'data'))).toBe('echo hello');
  });

  it('sends what is still to be sent before it hangs up', async () => {
    const fixture = await open();
    const arrival = fixture.arrival();
    const socket = await dial();
    const peer = await arrival;
    const goodbye = `${'x'.repeat(1024 * 1024)}\n`; // more than the system takes at once
    peer.pipe.write(goodbye);
    peer.pipe.close();
    const heard: string[] = [];
    socket.on('data', (chunk) => heard.push(String(chunk)));
    await once(socket, 'close');
    expect(heard.join('')).toBe(goodbye);
    expect(peer.pipe.write('too late')).toBe(false);
  });
});

onUnix('opening the socket', () => {
  it('clears a dead one away', async () => {
    const script = `require('node:net').createServer().listen(${JSON.stringify(folder.path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', script]), 'exit');
    expect(lstatSync(folder.path).isSocket()).toBe(true);
    await open();
    await dial();
  });

  it('never takes the place of a live one', async () => {
    const first = await open();
    const problem = await problemOf(open());
    expect(problem).toBeInstanceOf(SocketProblem);
    expect(String(problem)).toContain(`serving bots at ${folder.path}`);
    await dial();
    expect(first.accepted.length).toBeGreaterThan(0);
  });

  it.each<[string, () => void]>([
    ['a file', () => writeFileSync(folder.path, 'mine')],
    ['a folder', () => mkdirSync(folder.path)],
    ['a link to a file', () => symlinkSync('/etc/hostname', folder.path)],
  ])('does not touch %s in its place', async (_what, put) => {
    put();
    expect(String(await problemOf(open()))).toContain('something else');
    expect(existsSync(folder.path)).toBe(true);
  });

  it('refuses a folder that is a symbolic link', async () => {
    mkdirSync(join(folder.root, 'real'));
    symlinkSync(join(folder.root, 'real'), join(folder.root, 'link'));
    folder.path = join(folder.root, 'link', 'castkey.sock');
    expect(String(await problemOf(open()))).toContain('symbolic link');
    expect(existsSync(folder.path)).toBe(false);
  });

  it('refuses a chosen folder that others may write in, and says what to do', async () => {
    chmodSync(folder.root, 0o777);
    expect(String(await problemOf(open({ ownFolder: false })))).toContain(`chmod 700 "${folder.root}"`);
    expect(statSync(folder.root).mode & 0o777).toBe(0o777);
  });

  it('never changes a folder that everybody shares', async () => {
    chmodSync(folder.root, 0o1777);
    expect(await problemOf(open())).toBeInstanceOf(SocketProblem);
    expect(statSync(folder.root).mode & 0o7777).toBe(0o1777);
  });

  it('refuses a folder of another user', async (context) => {
    if (!asRoot) context.skip('only root can give a folder away');
    chownSync(folder.root, 12345, 12345);
    expect(String(await problemOf(open()))).toContain('another user');
  });

  it('makes one socket when two are opened at once over a dead socket, and tells the other one why', async () => {
    const script = `require('node:net').createServer().listen(${JSON.stringify(folder.path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', script]), 'exit');
    const tried = await Promise.allSettled([open(), open(), open()]);
    expect(tried.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    for (const one of tried) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(SocketProblem);
    await dial();
    expect(existsSync(`${folder.path}.lock`)).toBe(false);
  });

  it('is not held up by the lock of a program that was killed', async () => {
    writeFileSync(`${folder.path}.lock`, '');
    expect(String(await problemOf(open()))).toContain('just being started');
    utimesSync(`${folder.path}.lock`, 1_000_000, 1_000_000);
    await open();
    await dial();
  });

  it('says why when the folder can’t be made', async () => {
    writeFileSync(join(folder.root, 'file'), '');
    folder.path = join(folder.root, 'file', 'castkey.sock');
    expect(await problemOf(open())).toBeInstanceOf(SocketProblem);
  });
});
