/** The socket is taken away, or somebody else's is put in its place, while the vault runs. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openSocketHost, type SocketHost } from '../../../electron/app/socket-host.ts';
import type { Timers } from '../../../electron/core/ports.ts';
import { sharedSocketFolder } from './socket-fixture.ts';

const shared = sharedSocketFolder();

/** A host that looks when the test says so, and what it told. */
interface Watched {
  host: SocketHost;
  /** Lets the time of the next look come, and waits for what it leads to. */
  look(): Promise<void>;
  problem(): string | null;
  logged: string[];
  moved: { why: string | null };
}

async function watched(ownFolder = true): Promise<Watched> {
  let problem: string | null = null;
  let due = (): void => {};
  let waits = (): void => {};
  const timers: Timers = {
    after(_ms, run) {
      due = run;
      waits();
      return () => {};
    },
  };
  const logged: string[] = [];
  const moved: Watched['moved'] = { why: null };
  const log = (text: string): void => void logged.push(text);
  const host = await openSocketHost({
    ...{ path: shared.path, ownFolder, timers, moved: () => moved.why },
    log: { warn: log, error: log },
    vault: {
      accept: (pipe) => ({
        data: (chunk) => void pipe.write(`echo ${Buffer.from(chunk).toString()}`),
        ...{ drained: () => {}, closed: () => {} },
      }),
      refusedPeer: () => {},
      socketProblem: (text) => {
        problem = text;
      },
    },
  });
  shared.opened.push(host);
  const look = (): Promise<void> =>
    new Promise((resolve) => {
      waits = resolve;
      due();
    });
  return { host, look, problem: () => problem, logged, moved };
}

async function echoes(socket: Socket, text: string): Promise<void> {
  socket.write(text);
  const [heard] = (await once(socket, 'data')) as [Buffer];
  expect(String(heard)).toBe(`echo ${text}`);
}

async function someoneListens(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

describe.runIf(process.platform !== 'win32')('a socket that vanishes while the vault runs', () => {
  beforeEach(() => {
    shared.path = join(shared.root, 'own', 'castkey.sock');
  });
  const folder = (): string => dirname(shared.path);

  it.each<[string, () => void]>([
    ['its file', () => unlinkSync(shared.path)],
    ['its folder', () => rmSync(folder(), { recursive: true })],
    ['its file, moved away', () => renameSync(shared.path, join(folder(), 'old'))],
    ['its folder, moved away', () => renameSync(folder(), join(shared.root, 'old'))],
    [
      'its folder, with another in its place',
      () => {
        renameSync(folder(), join(shared.root, 'old'));
        mkdirSync(folder(), { mode: 0o755 });
      },
    ],
  ])('is made again: %s; who is connected stays', async (_what, vanish) => {
    const { look, problem, logged } = await watched();
    const before = await shared.dial();
    await echoes(before, 'before');
    vanish();
    await look();
    expect(problem()).toBeNull();
    expect(logged).toEqual(['the socket was gone, and has been made again']);
    await echoes(before, 'still here');
    await echoes(await shared.dial(), 'new');
    expect([shared.path, folder()].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700]);
    await look();
    expect(logged).toHaveLength(1);
  });

  it('is made again as often as it vanishes, and goes away at the end', async () => {
    const { look, host } = await watched();
    for (let turn = 0; turn < 5; turn += 1) {
      unlinkSync(shared.path);
      await look();
      await echoes(await shared.dial(), `turn ${turn}`);
    }
    await host.close();
    expect(existsSync(shared.path)).toBe(false);
  });

  it.each<[string, RegExp, () => unknown, () => void]>([
    ['a file', /something else/, () => writeFileSync(shared.path, 'mine'), () => unlinkSync(shared.path)],
    [
      'a folder',
      /something else/,
      () => mkdirSync(shared.path),
      () => rmSync(shared.path, { recursive: true }),
    ],
    [
      'a link',
      /something else/,
      () => symlinkSync('/etc/hostname', shared.path),
      () => unlinkSync(shared.path),
    ],
    [
      'a link to a socket',
      /something else/,
      async () => {
        const other = join(folder(), `other-${randomUUID().slice(0, 8)}`);
        await someoneListens(other);
        symlinkSync(other, shared.path);
      },
      () => unlinkSync(shared.path),
    ],
    [
      'another program’s live socket',
      /Another program, perhaps another Castkey/,
      () => someoneListens(shared.path),
      () => unlinkSync(shared.path),
    ],
  ])('is not put over %s: that is told until it goes', async (_what, words, put, takeAway) => {
    const { look, problem, host } = await watched();
    const before = await shared.dial();
    unlinkSync(shared.path);
    await put();
    const there = lstatSync(shared.path, { bigint: true });
    await look();
    expect(problem()).toMatch(words);
    await echoes(before, 'still here');
    takeAway();
    await look();
    expect(problem()).toBeNull();
    await echoes(await shared.dial(), 'new');
    unlinkSync(shared.path);
    await put();
    await host.close(); // nor is it taken away at the end
    expect(lstatSync(shared.path).mode).toBe(Number(there.mode));
  });

  it('replaces another program’s dead socket', async () => {
    const { look, problem } = await watched();
    unlinkSync(shared.path);
    const other = await someoneListens(join(folder(), 'other'));
    renameSync(join(folder(), 'other'), shared.path); // libuv takes away the old name only
    other.close();
    await once(other, 'close');
    await look();
    expect(problem()).toBeNull();
    await echoes(await shared.dial(), 'new');
  });

  it('is private again when somebody has opened it or its folder to others', async () => {
    const { look, problem } = await watched();
    chmodSync(shared.path, 0o666);
    chmodSync(folder(), 0o777);
    await look();
    expect(problem()).toBeNull();
    expect([shared.path, folder()].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700]);
  });

  it('a folder of somebody’s choice that others may write in is told, and left', async () => {
    mkdirSync(folder(), { mode: 0o755 });
    const { look, problem } = await watched(false);
    chmodSync(folder(), 0o777);
    await look();
    expect(problem()).toContain(`chmod 700 "${folder()}"`);
    chmodSync(folder(), 0o755);
    await look();
    expect(problem()).toBeNull();
  });

  it('a folder that is now a link is told, and nothing is put where it leads', async () => {
    const { look, problem } = await watched();
    rmSync(folder(), { recursive: true });
    mkdirSync(join(shared.root, 'elsewhere'));
    symlinkSync(join(shared.root, 'elsewhere'), folder());
    await look();
    expect(problem()).toContain('symbolic link');
    expect(existsSync(join(shared.root, 'elsewhere', 'castkey.sock'))).toBe(false);
  });

  it('is tried again when its place can’t be written in at first', async () => {
    const { look, problem } = await watched();
    rmSync(folder(), { recursive: true });
    writeFileSync(folder(), 'in the way');
    await look();
    expect(problem()).toContain('can');
    expect(readFileSync(folder(), 'utf8')).toBe('in the way');
    unlinkSync(folder());
    await look();
    expect(problem()).toBeNull();
    await echoes(await shared.dial(), 'new');
  });

  it('that bots no longer look for is told', async () => {
    const { look, problem, moved } = await watched();
    moved.why = 'Bots look elsewhere.';
    await look();
    expect(problem()).toBe('Bots look elsewhere.');
    moved.why = null;
    await look();
    expect(problem()).toBeNull();
  });

  it('is not opened any more once the host is closed', async () => {
    const { host } = await watched();
    const gone = connect(shared.path);
    await once(gone, 'connect');
    gone.resume();
    const closed = once(gone, 'close');
    await host.close();
    await closed;
    expect(existsSync(shared.path)).toBe(false);
  });
});
