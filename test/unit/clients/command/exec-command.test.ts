import { beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../../clients/command/run.ts';
import type { ClientFixture } from '../../../support/client-fixture.ts';
import { Refusal, token } from '../../../support/scripted-vault-fixture.ts';
import { openTerminalFixture, type Terminal, terminal } from '../../../support/terminal-fixture.ts';

const SECOND = 1_000;

describe('castkey exec', () => {
  let fixture: ClientFixture;
  let io: Terminal;
  let given = 1;
  beforeEach(async () => {
    ({ fixture, io } = await openTerminalFixture());
    given = 1;
    fixture.vault.on('getAccessTokenForUser', () => token({ accessToken: `token-${given}`, version: given }));
  });

  /** The vault has a new token, and says so. */
  function renew(): void {
    given += 1;
    const reason = 'refreshed';
    const change = { userId: '1', scope: [], expiresAt: null, version: given, reason } as const;
    fixture.vault.emit({ type: 'token.changed', ...change, scope: [] });
  }
  /** Starts the program and waits until it runs. */
  async function start(flags: string): Promise<{ ended: Promise<number> }> {
    const started = io.until('spawn');
    const ended = run(['exec', '-u', '1', ...flags.split(' '), '--', 'bot'], io);
    await started;
    return { ended };
  }

  it('gives a program the token, passes signals on, and ends as it ends', async () => {
    const running = run('exec -u 1 -e BOT_TOKEN --format oauth -- node bot.js --json'.split(' '), io);
    await io.until('spawn');
    expect(io.spawned).toEqual([
      {
        command: 'node',
        args: ['bot.js', '--json'],
        env: {
          CASTKEY_SOCKET: fixture.vault.path,
          BOT_TOKEN: 'oauth:token-1',
          TWITCH_CLIENT_ID: 'client-1',
          TWITCH_USER_ID: '1',
        },
        output: 'pipe',
      },
    ]);
    io.signal('SIGINT');
    io.signal('SIGTERM');
    expect(io.child.killed).toEqual(['SIGINT', 'SIGTERM']);
    io.child.finish(7);
    expect(await running).toBe(7);
    expect(io.hearing()).toBe(0);
    expect(fixture.host.timers()).toEqual([]);
  });

  it('leaves Ctrl-C to the terminal, which tells the program itself', async () => {
    io = terminal(fixture, { terminal: true });
    const running = run(['exec', '--', 'x'], io);
    await io.until('spawn');
    io.signal('SIGINT');
    io.signal('SIGTERM');
    expect(io.child.killed).toEqual(['SIGTERM']);
    io.child.finish(null, 'SIGTERM');
    expect(await running).toBe(143);
  });

  it.each([
    ['ENOENT', 127],
    ['EACCES', 126],
  ])('ends after %s with %i', async (code, exit) => {
    const running = run(['exec', '--', 'x'], io);
    await io.until('spawn');
    Object.assign(io.child, { pid: undefined });
    io.child.emit('error', Object.assign(new Error('spawn'), { code }));
    expect(await running).toBe(exit);
    expect(io.printed.err).toContain(code);
  });

  it('prints what a program has said last, though it comes after its end', async () => {
    const running = run(['exec', '-u', '1', '--', 'bot'], io);
    await io.until('spawn');
    io.child.emit('exit', 0, null);
    io.child.stderr.end();
    io.child.stdout.end('last words of token-1');
    expect(await running).toBe(0);
    expect(io.printed.out).toBe('last words of [token]');
  });

  it('waits for a slow reader after the end of the program, however long', async () => {
    let resume = (): void => {};
    const { relay } = io;
    const reading = new Promise<void>((resolve) => {
      io.relay = async (to, bytes) => {
        await new Promise<void>((go) => {
          resume = go;
          resolve();
        });
        return relay(to, bytes);
      };
    });
    const running = run(['exec', '-u', '1', '--', 'bot'], io);
    await io.until('spawn');
    io.child.stdout.write('first, ');
    await reading;
    io.child.emit('exit', 0, null);
    for (let turn = 0; turn < 5; turn += 1) fixture.host.advance(600);
    io.relay = relay;
    io.child.stdout.end('and the rest');
    io.child.stderr.end();
    resume();
    expect(await running).toBe(0);
    expect(io.printed.out).toBe('first, and the rest');
  });

  it('has the token checked before the program gets it, on request', async () => {
    fixture.vault.on('refreshAccessTokenForUser', () => token({ accessToken: 'fresh' }));
    const running = run('exec -u 1 --refresh -- bot'.split(' '), io);
    await io.until('spawn');
    expect(io.spawned[0]?.env.TWITCH_ACCESS_TOKEN).toBe('fresh');
    io.child.finish(0);
    expect(await running).toBe(0);
  });

  it('hangs up at once where nothing is to be followed', async () => {
    const running = run(['exec', '-u', '1', '--', 'bot'], io);
    await io.until('spawn');
    io.child.finish(0);
    await running;
    expect(fixture.vault.count('hello')).toBe(1);
  });

  describe('--on-change restart', () => {
    it('waits longer from one restart to the next, and not at all for a program that ran steadily', async () => {
      const { ended } = await start('--on-change restart --splay 0');
      for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
        io.printed.err = '';
        const told = io.until('the token has changed; restarting bot\n');
        renew();
        await told;
        const spawned = io.until('spawn');
        io.child.finish(null, 'SIGTERM');
        await expect.poll(() => fixture.host.timers()).toContain(seconds * SECOND);
        fixture.host.advance(seconds * SECOND);
        await spawned;
        expect(io.spawned.at(-1)?.env.TWITCH_ACCESS_TOKEN).toBe(`token-${given}`);
      }
      fixture.host.advance(30 * SECOND);
      io.printed.err = '';
      const told = io.until('restarting bot');
      renew();
      await told;
      const spawned = io.until('spawn');
      io.child.finish(0);
      await spawned;
      io.child.finish(3);
      expect(await ended).toBe(3);
      expect(fixture.host.timers()).toEqual([]);
    });

    it('starts nothing any more once a signal has said that this is the end', async () => {
      const { ended } = await start('--on-change restart --splay 0');
      const told = io.until('restarting bot');
      renew();
      await told;
      io.signal('SIGTERM');
      io.child.finish(0);
      expect(await ended).toBe(0);
      expect(io.spawned).toHaveLength(1);
    });

    it('ends between two runs when a signal comes', async () => {
      const { ended } = await start('--on-change restart --splay 0');
      const told = io.until('restarting bot');
      renew();
      await told;
      io.child.finish(0);
      await expect.poll(() => fixture.host.timers()).toContain(SECOND);
      io.signal('SIGHUP');
      expect(await ended).toBe(129);
      expect(io.spawned).toHaveLength(1);
    });

    it('lets the program be while there is no newer token, says why once, and takes it when it comes', async () => {
      const { ended } = await start('--on-change restart --splay 0');
      fixture.vault.on('getAccessTokenForUser', () => {
        throw new Refusal({ code: 'needs-sign-in', retryable: false });
      });
      const told = io.until('needs-sign-in');
      fixture.vault.emit({ type: 'token.invalidated', userId: '1', reason: 'revoked' });
      await told;
      const asked = fixture.vault.next('getAccessTokenForUser');
      fixture.vault.emit({ type: 'token.invalidated', userId: '1', reason: 'revoked' });
      await asked;
      expect(io.child.killed).toEqual([]);
      fixture.vault.on('getAccessTokenForUser', () => token({ accessToken: 'token-9', version: 9 }));
      const restarting = io.until('restarting bot');
      fixture.vault.emit({
        type: 'token.changed',
        userId: '1',
        scope: [],
        expiresAt: null,
        version: 9,
        reason: 'consent',
      });
      await restarting;
      expect(io.printed.err.match(/needs-sign-in/g)).toHaveLength(1);
      io.signal('SIGTERM');
      io.child.finish(0);
      await ended;
    });

    it('opens no window for what comes later', async () => {
      const { ended } = await start('--on-change restart --splay 0');
      const asked = fixture.vault.next('getAccessTokenForUser');
      renew();
      expect(await asked).toMatchObject({ interactive: 'never' });
      io.signal('SIGTERM');
      io.child.finish(0);
      await ended;
    });

    it('tells programs as data', async () => {
      const { ended } = await start('--on-change restart --splay 0 --json');
      const told = io.until('restarting');
      renew();
      await told;
      expect(JSON.parse(io.printed.err)).toEqual({
        type: 'exec',
        message: 'the token has changed; restarting bot',
      });
      io.signal('SIGTERM');
      io.child.finish(0);
      await ended;
    });
  });

  it.each([
    ['--on-change dance'],
    ['--on-change signal'],
    ['--on-change signal='],
    ['--on-change signal=NOPE'],
    ['--on-change signal=KILL'],
    ['--on-change restart --app'],
    ['--refresh --app'],
    ['--refresh --any'],
    ['--file /x/token --any'],
    ['--file /no/such/folder/token'],
    ['--file /tmp/token'],
    ['--splay 5'],
    ['--on-change restart --splay -1'],
    ['--on-change restart --splay soon'],
    ['--on-change restart --splay 601'],
    ['--no-prompt --notify'],
    ['--grace 0'],
    ['--grace soon'],
  ])('refuses %s before anything runs', async (flags) => {
    const user = flags.includes('--a') ? [] : ['-u', '1'];
    expect(await run(['exec', ...user, ...flags.split(' '), '--', 'bot'], io)).toBe(2);
    expect(io.printed.err).toContain('castkey: ');
    expect(io.spawned).toEqual([]);
    expect(fixture.vault.asked).toEqual([]);
  });

  it('knows that Windows has no signals', async () => {
    Object.assign(fixture.host, { platform: 'win32', env: { CASTKEY_SOCKET: '\\\\.\\pipe\\x' } });
    expect(await run(['exec', '-u', '1', '--on-change', 'signal=HUP', '--', 'bot'], io)).toBe(2);
    expect(io.printed.err).toContain('Windows has no signals');
  });
});
