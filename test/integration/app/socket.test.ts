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
import { SocketProblem } from '../../../electron/adapters/socket/server.ts';
import { shareSite } from './socket-fixture.ts';

const onUnix = describe.runIf(process.platform !== 'win32');
const asRoot = process.getuid?.() === 0;
const site = shareSite();
const { open: openHouse, visit } = site;
const problemOf = (opening: Promise<unknown>): Promise<unknown> => opening.catch((error: unknown) => error);

onUnix('the socket', () => {
  it('carries bytes both ways', async () => {
    await openHouse();
    const socket = await visit();
    socket.write('hello\n');
    expect(String(await once(socket, 'data'))).toBe('echo hello\n');
  });

  it('is this user’s alone, and so is its folder', async () => {
    site.path = join(site.root, 'deep', 'castkey', 'castkey.sock');
    await openHouse();
    expect(statSync(site.path).mode & 0o777).toBe(0o600);
    expect(statSync(join(site.root, 'deep', 'castkey')).mode & 0o777).toBe(0o700);
  });

  it('makes a folder of Castkey’s own private', async () => {
    chmodSync(site.root, 0o755);
    await openHouse();
    expect(statSync(site.root).mode & 0o777).toBe(0o700);
  });

  it('leaves a folder that was chosen as it is, when only its owner can write there', async () => {
    chmodSync(site.root, 0o755);
    await openHouse({ ownFolder: false });
    expect(statSync(site.root).mode & 0o777).toBe(0o755);
    expect(statSync(site.path).mode & 0o777).toBe(0o600);
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
    expect([existsSync(site.path), guest.closed]).toEqual([false, true]);
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

  it('reads nothing from a peer while it is told to pause, and loses nothing', async () => {
    const house = await openHouse();
    const arrival = house.arrival();
    const socket = await visit();
    const guest = await arrival;
    guest.pipe.pause();
    socket.write('hello');
    const other = await visit();
    other.write('who waits for nothing');
    await once(other, 'data');
    expect(guest.heard).toEqual([]);
    guest.pipe.resume();
    expect(String(await once(socket, 'data'))).toBe('echo hello');
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
    const script = `require('node:net').createServer().listen(${JSON.stringify(site.path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', script]), 'exit');
    expect(lstatSync(site.path).isSocket()).toBe(true);
    await openHouse();
    await visit();
  });

  it('never takes the place of a live one', async () => {
    const first = await openHouse();
    const problem = await problemOf(openHouse());
    expect(problem).toBeInstanceOf(SocketProblem);
    expect(String(problem)).toContain(`serving bots at ${site.path}`);
    await visit();
    expect(first.guests.length).toBeGreaterThan(0);
  });

  it.each<[string, () => void]>([
    ['a file', () => writeFileSync(site.path, 'mine')],
    ['a folder', () => mkdirSync(site.path)],
    ['a link to a file', () => symlinkSync('/etc/hostname', site.path)],
  ])('does not touch %s in its place', async (_what, put) => {
    put();
    expect(String(await problemOf(openHouse()))).toContain('something else');
    expect(existsSync(site.path)).toBe(true);
  });

  it('refuses a folder that is a symbolic link', async () => {
    mkdirSync(join(site.root, 'real'));
    symlinkSync(join(site.root, 'real'), join(site.root, 'link'));
    site.path = join(site.root, 'link', 'castkey.sock');
    expect(String(await problemOf(openHouse()))).toContain('symbolic link');
    expect(existsSync(site.path)).toBe(false);
  });

  it('refuses a chosen folder that others may write in, and says what to do', async () => {
    chmodSync(site.root, 0o777);
    expect(String(await problemOf(openHouse({ ownFolder: false })))).toContain(`chmod 700 "${site.root}"`);
    expect(statSync(site.root).mode & 0o777).toBe(0o777);
  });

  it('never changes a folder that everybody shares', async () => {
    chmodSync(site.root, 0o1777);
    expect(await problemOf(openHouse())).toBeInstanceOf(SocketProblem);
    expect(statSync(site.root).mode & 0o7777).toBe(0o1777);
  });

  it('refuses a folder of another user', async (context) => {
    if (!asRoot) context.skip('only root can give a folder away');
    chownSync(site.root, 12345, 12345);
    expect(String(await problemOf(openHouse()))).toContain('another user');
  });

  it('refuses a path the system would cut off', async () => {
    site.path = join(site.root, 'x'.repeat(120), 'castkey.sock');
    const problem = String(await problemOf(openHouse()));
    expect(problem).toMatch(/is \d+ bytes long, and this system allows 10[37]/);
    expect(problem).toContain('CASTKEY_SOCKET');
  });

  it('makes one door when two are opened at once over a dead socket, and tells the other one why', async () => {
    const script = `require('node:net').createServer().listen(${JSON.stringify(site.path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', script]), 'exit');
    const tried = await Promise.allSettled([openHouse(), openHouse(), openHouse()]);
    expect(tried.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    for (const one of tried) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(SocketProblem);
    await visit();
    expect(existsSync(`${site.path}.lock`)).toBe(false);
  });

  it('is not held up by the lock of a program that was killed', async () => {
    writeFileSync(`${site.path}.lock`, '');
    expect(String(await problemOf(openHouse()))).toContain('just being started');
    utimesSync(`${site.path}.lock`, 1_000_000, 1_000_000);
    await openHouse();
    await visit();
  });

  it('says why when the folder can’t be made', async () => {
    writeFileSync(join(site.root, 'file'), '');
    site.path = join(site.root, 'file', 'castkey.sock');
    expect(await problemOf(openHouse())).toBeInstanceOf(SocketProblem);
  });
});
