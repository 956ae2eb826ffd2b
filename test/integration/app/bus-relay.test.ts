import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dbus, { type Message } from 'dbus-next';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { busPaths, readAddress, writeAddress } from '../../../electron/adapters/bus/address.ts';
import { createMessageReader, helloCall } from '../../../electron/adapters/bus/message.ts';
import { isOwnProcess } from '../../../electron/adapters/bus/own-peer.ts';
import { relayConnection } from '../../../electron/adapters/bus/relayed-connection.ts';
import { findProgram } from '../../support/find-program.ts';

const WAIT = { timeout: 10_000, interval: 50 };
const BUS = 'org.freedesktop.DBus';

let folder: string;
let bus: ChildProcess;
let relay: Server;

const startBus = async (): Promise<void> => {
  rmSync(join(folder, 'bus'), { force: true });
  bus = spawn('dbus-daemon', ['--session', '--nofork', `--address=unix:path=${join(folder, 'bus')}`]);
  await vi.waitUntil(() => existsSync(join(folder, 'bus')), WAIT);
};
const killBus = async (): Promise<void> => {
  const gone = once(bus, 'exit');
  bus.kill('SIGKILL');
  await gone;
};

describe('a connection through the relay', () => {
  beforeEach(async (context) => {
    if (findProgram('dbus-daemon') === undefined) context.skip('dbus-daemon is not here');
    folder = mkdtempSync(join(tmpdir(), 'ck-'));
    await startBus();
    relay = createServer((client) => relayConnection(client, join(folder, 'bus')));
    relay.listen(join(folder, 'relay'));
    await once(relay, 'listening');
  });

  afterEach(async () => {
    relay.close();
    if (bus.exitCode === null && bus.signalCode === null) await killBus();
    rmSync(folder, { recursive: true });
  });

  const call = (member: string, signature = '', body: unknown[] = []): Message =>
    new dbus.Message({
      destination: BUS,
      path: '/org/freedesktop/DBus',
      interface: BUS,
      member,
      signature,
      body,
    });

  it('outlives the bus, answers with errors meanwhile, and is known to the next bus by its name', async () => {
    const own = dbus.sessionBus({ busAddress: writeAddress(join(folder, 'relay')) });
    expect(await own.requestName('io.example.Castkey', 0)).toBe(1);
    await killBus();
    await expect(own.call(call('ListNames'))).rejects.toMatchObject({ type: `${BUS}.Error.Disconnected` });
    await startBus();
    const names = async () => (await own.call(call('ListNames')).catch(() => null))?.body[0] ?? [];
    await vi.waitUntil(async () => ((await names()) as string[]).includes('io.example.Castkey'), WAIT);
    own.disconnect();
  });

  it('that asks while the bus goes away is answered', async () => {
    const own = dbus.sessionBus({ busAddress: writeAddress(join(folder, 'relay')) });
    await own.call(call('GetId'));
    bus.kill('SIGSTOP');
    const asked = own.call(call('ListNames'));
    asked.catch(() => undefined); // told below
    await killBus();
    await expect(asked).rejects.toMatchObject({ type: `${BUS}.Error.Disconnected` });
    own.disconnect();
  });

  it.each([
    ['no message', Buffer.alloc(64, 0xff)],
    ['a sign-in that doesn’t end', null],
  ])('is ended when %s comes, and none but that', async (_what, bytes) => {
    const own = dbus.sessionBus({ busAddress: writeAddress(join(folder, 'relay')) });
    await own.call(call('GetId'));
    const broken = connect(join(folder, 'relay'));
    broken.resume();
    broken.on('error', () => {}); // its end is all that counts
    const ended = new Promise((resolve) => broken.once('close', resolve));
    const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
    broken.write(bytes === null ? 'x'.repeat(100_000) : `\0AUTH EXTERNAL ${user}\r\nBEGIN\r\n`);
    if (bytes !== null) broken.write(bytes);
    await ended;
    await expect(own.call(call('GetId'))).resolves.toBeDefined();
    own.disconnect();
  });

  it('reads on only when the bus has taken what is there', async () => {
    const arrived: Buffer[] = [];
    let stuck: Socket | undefined;
    const slow = createServer((socket) => {
      socket.once('data', () => {
        socket.write('OK 1234\r\n');
        socket.pause();
        stuck = socket;
      });
    }).listen(join(folder, 'slow'));
    const passing = createServer((client) => {
      relayed = client;
      relayConnection(client, join(folder, 'slow'));
    }).listen(join(folder, 'passing'));
    let relayed: Socket | undefined;
    const own = connect(join(folder, 'passing'));
    own.write('\0AUTH\r\n');
    await once(own, 'data');
    own.write('BEGIN\r\n');
    const message = helloCall(1);
    own.write(Buffer.alloc(message.length * 65_536, message));
    await vi.waitUntil(() => relayed?.isPaused(), WAIT);
    expect(relayed?.bytesRead).toBeLessThan(message.length * 65_536);
    stuck?.on('data', (piece: Buffer) => arrived.push(piece)).resume();
    const all = 'BEGIN\r\n'.length + message.length * 65_536;
    await vi.waitUntil(() => arrived.reduce((sum, piece) => sum + piece.length, 0) === all, WAIT);
    own.destroy();
    slow.close();
    passing.close();
  });
});

describe('the reader of messages', () => {
  it('puts a large message together once, whatever pieces it comes in', () => {
    const read = createMessageReader();
    const message = Buffer.alloc(64 * 1024 * 1024);
    helloCall(7).copy(message);
    message.writeUInt32LE(message.length - helloCall(7).length, 4);
    const concat = vi.spyOn(Buffer, 'concat');
    const found = [];
    for (let at = 0; at < message.length; at += 65_536)
      found.push(...read(message.subarray(at, at + 65_536)));
    expect(found.map(({ serial, method, bytes }) => [serial, method, bytes.length])).toEqual([
      [7, 'Hello', message.length],
    ]);
    expect(concat.mock.calls.length).toBeLessThan(4);
    concat.mockRestore();
    expect(read(Buffer.concat([helloCall(8), helloCall(9)])).map(({ serial }) => serial)).toEqual([8, 9]);
  });
});

describe('the processes that may use the relay', () => {
  it('are this one and those it has started', () => {
    expect(isOwnProcess(process.pid)).toBe(true);
    expect(isOwnProcess(process.ppid)).toBe(false);
    expect(isOwnProcess(process.pid, process.ppid)).toBe(true);
  });
});

describe('addresses of buses', () => {
  it.each([
    ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
    ['unix:path=/tmp/a%20b,guid=12', '/tmp/a b'],
    ['unix:guid=12,path=/x', '/x'],
    ['tcp:host=a;unix:abstract=/tmp/d', '\0/tmp/d'],
    ['autolaunch:', null],
    ['', null],
  ])('%s is at %j', (address, path) => {
    expect(readAddress(address)).toBe(path);
  });

  it('are written so that they are read again', () => {
    const path = '/home/a b/ä,;%/bus';
    expect(readAddress(writeAddress(path))).toBe(path);
  });

  it('are those of buses that are there', () => {
    const env = {
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus',
      DBUS_SYSTEM_BUS_ADDRESS: 'unix:abstract=s',
    };
    expect(busPaths(env)).toEqual([{ variable: 'DBUS_SYSTEM_BUS_ADDRESS', path: '\0s' }]);
  });
});
