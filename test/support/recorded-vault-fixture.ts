/** A whole house for a bot to live in: a standing vault, and the sandbox with its chat and events. */
import { afterAll, beforeEach, vi } from 'vitest';
import type { PipeListener } from '../../electron/core/ports.ts';
import {
  openVaultAtSandbox,
  type VaultAtSandbox,
  type VaultAtSandboxOptions,
} from '../fakes/vault-at-sandbox.ts';
import { aimTwurpleAt } from './library-bot-fixture.ts';

// Libraries wait a second and more before they reconnect, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

export { BOT, LUNA, MAX, QUINN } from '../fakes/vault-at-sandbox.ts';

export interface House extends VaultAtSandbox {
  /** Methods that bots have called, in order; the test may empty it. */
  readonly asked: string[];
  /** How many requests to renew a token Twitch has had. */
  refreshes(): number;
}

/** Builds it; whoever does closes it. */
export async function openHouse(
  options: Pick<VaultAtSandboxOptions, 'kind' | 'describe'> = {},
): Promise<House> {
  const asked: string[] = [];
  const home = await openVaultAtSandbox({ ...options, between: (listener) => overhear(listener, asked) });
  return Object.assign(home, {
    asked,
    refreshes: () => home.twitch.control.requests({ grantType: 'refresh_token' }).length,
  });
}

/**
 * One house for all tests of a file, with these accounts in it, where Twurple is led to. Each test finds no
 * requests counted, and a vault that would renew a token, which it does on request only once in ten seconds.
 */
export async function shareHouse(...accounts: readonly Parameters<House['signIn']>[]): Promise<House> {
  const house = await openHouse();
  aimTwurpleAt(house);
  for (const account of accounts) await house.signIn(...account);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await house.close();
  });
  beforeEach(() => {
    house.twitch.control.clearRequests();
    house.pass(10_000);
  });
  return house;
}

/** Notes the method of each request; bots send whole lines. */
function overhear(listener: PipeListener, asked: string[]): PipeListener {
  return {
    ...listener,
    data(chunk) {
      for (const [, method = ''] of new TextDecoder().decode(chunk).matchAll(/"method":"(\w+)"/g)) {
        asked.push(method);
      }
      listener.data(chunk);
    },
  };
}
