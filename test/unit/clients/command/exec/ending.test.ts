import { beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../../../clients/command/run.ts';
import type { ClientFixture } from '../../../../support/client-fixture.ts';
import { token } from '../../../../support/scripted-vault-fixture.ts';
import { openTerminalFixture, type Terminal, terminal } from '../../../../support/terminal-fixture.ts';
import { until } from '../../../../support/until.ts';

const SECOND = 1_000;
const CHANGED = {
  type: 'token.changed',
  userId: '1',
  scope: [],
  expiresAt: null,
  version: 2,
  reason: 'refreshed',
} as const;

describe('castkey exec', () => {
  let fixture: ClientFixture;
  let io: Terminal;
  beforeEach(async () => {
    ({ fixture, io } = await openTerminalFixture());
  });

  /** Starts the program, which is restarted for a new token, and waits until it runs. */
  async function start(): Promise<{ ended: Promise<number> }> {
    const started = io.until('spawn');
    const ended = run('exec -u 1 --on-change restart --splay 0 -- bot'.split(' '), io);
    await started;
    return { ended };
  }

  function renew(): void {
    fixture.vault.on('getAccessTokenForUser', () => token({ accessToken: 'token-2', version: 2 }));
    fixture.vault.emit({ ...CHANGED, scope: [] });
  }

  /** Time passes in such steps until this is so. */
  async function passing<T>(work: Promise<T>, stepMs: number): Promise<T> {
    let over = false;
    void work.finally(() => {
      over = true;
    });
    await until(() => {
      if (!over) fixture.host.advance(stepMs);
      return over;
    });
    return work;
  }

  it('goes on after a signal that could not be sent', async () => {
    io = terminal(fixture, { tree: { signal: () => 'EPERM' } });
    const running = run(['exec', '--', 'sudo'], io);
    await io.until('spawn');
    io.signal('SIGHUP');
    io.child.finish(0);
    expect(await running).toBe(0);
    expect(io.printed.err).toContain("can't send a signal to sudo: EPERM");
  });

  it('ends what the program has left running, and then itself', async () => {
    const running = run(['exec', '--', 'bot'], io);
    await io.until('spawn');
    io.child.left.push(2, 3, 4);
    io.child.finish(0);
    expect(await passing(running, 50)).toBe(0);
    expect(io.child.killed).toEqual(['SIGTERM']);
    expect(fixture.host.timers()).toEqual([]);
  });

  it('kills after the grace who does not end, and says who cannot be killed', async () => {
    io = terminal(fixture, { tree: { living: () => [77] } });
    const running = run('exec -u 1 --grace 5 -- bot'.split(' '), io);
    await io.until('spawn');
    io.signal('SIGTERM');
    io.child.finish(null, 'SIGTERM');
    expect(await passing(running, SECOND)).toBe(143);
    expect(io.child.killed.slice(0, 2)).toEqual(['SIGTERM', 'SIGKILL']);
    expect(io.printed.err).toContain('bot is still there after 5 s; killing it');
    expect(io.printed.err).toContain("can't end what bot started (process 77)");
  });

  it('starts nothing while a part of the old run lives, though it is only what the program started', async () => {
    const { ended } = await start();
    io.child.left.push(2, 3, 4);
    const told = io.until('restarting bot');
    renew();
    await told;
    io.child.finish(null, 'SIGTERM');
    await expect.poll(() => fixture.host.timers()).toContain(50);
    expect(io.spawned).toHaveLength(1);
    await passing(io.until('spawn'), 500);
    io.child.finish(0);
    await ended;
  });

  it('ends rather than start a second one beside one that cannot be ended', async () => {
    io = terminal(fixture, { tree: { living: () => [77] } });
    const { ended } = await start();
    const told = io.until('restarting bot');
    renew();
    await told;
    io.child.finish(null, 'SIGTERM');
    expect(await passing(ended, SECOND)).toBe(143);
    expect(io.spawned).toHaveLength(1);
  });
});
