import { beforeEach, describe, expect, it } from 'vitest';
import type { Mode } from '../../../electron/app/profile.ts';
import { createVaultSwitcher, type VaultSwitcher } from '../../../electron/app/vault-switcher.ts';
import { createFakeVault, type FakeVault } from '../../support/fake-vault.ts';

let events: string[];
let vaults: FakeVault[];
let broken: Set<Mode['kind']>;
let switcher: VaultSwitcher;
/** What each start waits for. */
let slowness: Promise<void>;

beforeEach(() => {
  events = [];
  vaults = [];
  broken = new Set();
  slowness = Promise.resolve();
  switcher = createVaultSwitcher({
    defaultMode: { kind: 'twitch' },
    startIn: { kind: 'twitch' },
    startRun: async (mode) => {
      events.push(`start ${mode.kind}`);
      await slowness;
      if (broken.has(mode.kind)) throw new Error('no');
      const vault = createFakeVault();
      vaults.push(vault);
      return { mode, vault, stop: async () => void events.push(`stop ${mode.kind}`) };
    },
    remember: async (sandbox) => void events.push(`remember ${sandbox}`),
    log: { warn: () => {}, error: () => {} },
  });
});

describe('the vault switcher', () => {
  it('leaves one Twitch before it turns to the other, and remembers that', async () => {
    await switcher.start();
    expect(await switcher.useSandbox(true)).toEqual({ ok: true, value: undefined });
    expect(await switcher.useSandbox(false)).toEqual({ ok: true, value: undefined });
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

  it('stops a vault that was still being started when the end came', async () => {
    let open = (): void => {};
    slowness = new Promise((resolve) => {
      open = resolve;
    });
    const all = Promise.all([switcher.start(), switcher.stop()]);
    await expect.poll(() => events).toEqual(['start twitch']);
    open();
    await all;
    expect(events).toEqual(['start twitch', 'stop twitch']);
  });

  it('does nothing when it is there already', async () => {
    await switcher.start();
    await switcher.useSandbox(false);
    expect(events).toEqual(['start twitch']);
  });

  it('has two changes at once one after the other', async () => {
    await switcher.start();
    await Promise.all([switcher.useSandbox(true), switcher.useSandbox(false), switcher.useSandbox(true)]);
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
    await switcher.start();
    broken.add('sandbox');
    expect(await switcher.useSandbox(true)).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(events).toEqual(['start twitch', 'stop twitch', 'start sandbox', 'start twitch']);
    expect(switcher.current()).toBe(vaults[1]);
  });

  it('makes those who ask in between wait for the new vault', async () => {
    await switcher.start();
    const change = switcher.useSandbox(true);
    expect(await switcher.settled()).toBe(vaults[1]);
    await change;
  });

  it('shows states whose numbers keep rising, and hears the vault in use only', async () => {
    await switcher.start();
    let heard = 0;
    switcher.onChange(() => {
      heard += 1;
    });
    for (let n = 0; n < 5; n += 1) vaults[0]?.change({});
    const before = switcher.view().seq;
    await switcher.useSandbox(true);
    expect(switcher.view().seq).toBeGreaterThan(before);
    heard = 0;
    vaults[1]?.change({ locked: true });
    expect([heard, switcher.view().locked]).toEqual([1, true]);
  });

  it('begins no other vault once it is stopped, though it was being exchanged', async () => {
    await switcher.start();
    const change = switcher.useSandbox(true);
    const stopped = switcher.stop();
    expect(await change).toMatchObject({ ok: false, error: { code: 'refused' } });
    await stopped;
    expect(await switcher.useSandbox(true)).toMatchObject({ ok: false });
    expect(events.filter((event) => event.startsWith('start'))).toEqual(['start twitch']);
  });

  it('stops what is in use', async () => {
    await switcher.start();
    await switcher.useSandbox(true);
    await switcher.stop();
    expect(events.at(-1)).toBe('stop sandbox');
  });
});
