import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { connectFrom } from '../../clients/javascript/src/connect.ts';
import { type Host, nodeHost } from '../../clients/javascript/src/host.ts';
import type { CastkeyAuthProvider, ConnectOptions } from '../../clients/javascript/src/types.ts';
import { NOW, type ScriptedVault, startScriptedVault, token } from './scripted-vault-fixture.ts';

/** A machine whose clock the test moves. */
export interface FakeHost extends Host {
  /** Moves the clock; runs the timers that are due. */
  advance(ms: number): void;
  /** Milliseconds of each timer that is running. */
  timers(): number[];
}

/** Waits between tries to reconnect take no time on it; every other timer waits for `advance`. */
export function fakeHost(home: string, env: Record<string, string> = {}): FakeHost {
  let now = NOW;
  const running = new Set<{ readonly due: number; readonly action: () => void }>();
  return {
    platform: 'linux',
    env,
    homedir: home,
    uid: nodeHost.uid,
    lstat: (path) => (path.startsWith('/run/user/') ? null : nodeHost.lstat(path)), // a real vault may be there
    now: () => now,
    after(ms, action, idle) {
      if (idle) {
        const immediate = setImmediate(action);
        return () => clearImmediate(immediate);
      }
      const timer = { due: now + ms, action };
      running.add(timer);
      return () => void running.delete(timer);
    },
    random: () => 0.5,
    randomBytes: (count) => randomBytes(count),
    advance(ms) {
      now += ms;
      for (const timer of [...running]) {
        if (timer.due > now) continue;
        running.delete(timer);
        timer.action();
      }
    },
    timers: () => [...running].map(({ due }) => due - now),
  };
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ck-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface ClientFixture {
  readonly folder: string;
  readonly host: FakeHost;
  readonly vault: ScriptedVault;
  /** Connects a bot that is closed after the test; unless told, it pairs at once and wants nothing. */
  connect(options?: Partial<ConnectOptions>): Promise<CastkeyAuthProvider>;
}

/** A running fake vault, a fake machine, and how to connect from one to the other. */
export async function openClientFixture(): Promise<ClientFixture> {
  const folder = await temporaryFolder();
  const vault = await startScriptedVault(join(folder, 'castkey.sock'));
  onTestFinished(() => vault.stop());
  const host = fakeHost(folder, { CASTKEY_SOCKET: vault.path });
  return {
    folder,
    host,
    vault,
    async connect(options) {
      const provider = await connectFrom(host, { name: 'chat-bot', wants: [], ...options });
      onTestFinished(() => provider.close());
      return provider;
    },
  };
}

/** The next status for which `wanted` holds. */
export function untilConnection(
  provider: CastkeyAuthProvider,
  wanted: 'connected' | 'reconnecting' | 'closed',
): Promise<void> {
  return new Promise((resolve) => {
    const stop = provider.onStatus(({ connection }) => {
      if (connection !== wanted) return;
      stop();
      resolve();
    });
  });
}

/** The next event that reaches the bot. */
export function untilEvent(provider: CastkeyAuthProvider): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = provider.onEvent((event) => {
      stop();
      resolve(event);
    });
  });
}

/** A vault whose token has a new value for each request. */
export async function openCountingFixture(): Promise<ClientFixture> {
  const fixture = await openClientFixture();
  let given = 0;
  const next = () => {
    given += 1;
    return token({ accessToken: `token-${given}`, version: given });
  };
  for (const method of ['getAccessTokenForUser', 'getAccessTokenForIntent', 'refreshAccessTokenForUser']) {
    fixture.vault.on(method, next);
  }
  return fixture;
}
