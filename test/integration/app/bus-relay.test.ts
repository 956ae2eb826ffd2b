import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dbus, { type Message } from 'dbus-next';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { busPaths, readAddress, writeAddress } from '../../../electron/adapters/bus/address.ts';
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
