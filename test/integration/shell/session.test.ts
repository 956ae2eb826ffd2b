import { beforeEach, describe, expect, it } from 'vitest';
import type { Mode } from '../../../electron/app/profile.ts';
import { createSession, type Session } from '../../../electron/app/vault-switcher.ts';
import { createFakeVault, type FakeVault } from './fake-vault.ts';

let events: string[];
let vaults: FakeVault[];
let broken: Set<Mode['kind']>;
let session: Session;

beforeEach(() => {
  events = [];
  vaults = [];
  broken = new Set();
  session = createSession({
    usual: { kind: 'twitch' },
    startIn: { kind: 'twitch' },
    startRun: async (mode) => {
      events.push(`start ${mode.kind}`);
      if (broken.has(mode.kind)) throw new Error('no');
      const vault = createFakeVault();
      vaults.push(vault);
      return { mode, vault, stop: async () => void events.push(`stop ${mode.kind}`) };
    },
    remember: async (sandbox) => void events.push(`remember ${sandbox}`),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
});

describe('a session', () => {
  it('leaves one Twitch before it turns to the other, and remembers that', async () => {
    await session.start();
    expect(await session.useSandbox(true)).toEqual({ ok: true, value: undefined });
    expect(await session.useSandbox(false)).toEqual({ ok: true, value: undefined });
    expect(events).toEqual([
      'start twitch',
      'stop twitch',
      'start sandbox',
      'remember true',
      'stop sandbox',
      'start twitch',
      'remember false',
    ]);
  });

  it('does nothing when it is there already', async () => {
    await session.start();
    await session.useSandbox(false);
    expect(events).toEqual(['start twitch']);
  });

  it('has two changes at once one after the other', async () => {
    await session.start();
    await Promise.all([session.useSandbox(true), session.useSandbox(false), session.useSandbox(true)]);
    expect(events.filter((event) => /^(start|stop)/.test(event))).toEqual([
      'start twitch',
      'stop twitch',
      'start sandbox',
      'stop sandbox',
      'start twitch',
      'stop twitch',
      'start sandbox',
    ]);
  });

  it('goes back when the other one can’t be started', async () => {
    await session.start();
    broken.add('sandbox');
    expect(await session.useSandbox(true)).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(events).toEqual(['start twitch', 'stop twitch', 'start sandbox', 'start twitch']);
    expect(session.current()).toBe(vaults[1]);
  });

  it('makes those who ask in between wait for the new vault', async () => {
    await session.start();
    const change = session.useSandbox(true);
    expect(await session.settled()).toBe(vaults[1]);
    await change;
  });

  it('shows states whose numbers keep rising, and hears the vault in use only', async () => {
    await session.start();
    let heard = 0;
    session.onChange(() => {
      heard += 1;
    });
    for (let n = 0; n < 5; n += 1) vaults[0]?.change({});
    const before = session.view().seq;
    await session.useSandbox(true);
    expect(session.view().seq).toBeGreaterThan(before);
    heard = 0;
    vaults[1]?.change({ locked: true });
    expect([heard, session.view().locked]).toEqual([1, true]);
  });

  it('stops what is in use', async () => {
    await session.start();
    await session.useSandbox(true);
    await session.stop();
    expect(events.at(-1)).toBe('stop sandbox');
  });
});
