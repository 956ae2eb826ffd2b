/** A real vault that notes what bots ask of it, and the sandbox with its chat and events. */
import { afterAll, beforeEach, vi } from 'vitest';
import type { PipeListener } from '../../electron/core/ports.ts';
import { aimTwurpleAt } from './library-bot-fixture.ts';
import {
  openSandboxVaultFixture,
  type SandboxVaultFixture,
  type SandboxVaultOptions,
} from './sandbox-vault-fixture.ts';

// Libraries wait a second and more before they reconnect, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

export interface RecordedVaultFixture extends SandboxVaultFixture {
  /** Methods that bots have called, in order; the test may empty it. */
  readonly asked: string[];
  /** How many requests to renew a token Twitch has had. */
  refreshes(): number;
}

/** Builds it; whoever does closes it. */
export async function openRecordedVault(
  options: Pick<SandboxVaultOptions, 'kind' | 'describe'> = {},
): Promise<RecordedVaultFixture> {
  const asked: string[] = [];
  const home = await openSandboxVaultFixture({
    ...options,
    between: (listener) => recordMethods(listener, asked),
  });
  return Object.assign(home, {
    asked,
    refreshes: () => home.twitch.control.requests({ grantType: 'refresh_token' }).length,
  });
}

/**
 * One vault for all tests of a file, with these accounts in it; Twurple is led to its sandbox. Each test finds no
 * requests counted, and a vault that would renew a token, which it does on request only once in ten seconds.
 */
export async function shareRecordedVault(
  ...accounts: readonly Parameters<RecordedVaultFixture['signIn']>[]
): Promise<RecordedVaultFixture> {
  const fixture = await openRecordedVault();
  aimTwurpleAt(fixture);
  for (const account of accounts) await fixture.signIn(...account);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await fixture.close();
  });
  beforeEach(() => {
    fixture.twitch.control.clearRequests();
    fixture.pass(10_000);
  });
  return fixture;
}

/** Notes the method of each request; bots send whole lines. */
function recordMethods(listener: PipeListener, asked: string[]): PipeListener {
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
