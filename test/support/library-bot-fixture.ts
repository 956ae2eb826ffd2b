import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import {
  type CastkeyAuthProvider,
  type ConnectOptions,
  connect,
} from '../../clients/javascript/src/index.ts';
import type { SandboxVaultFixture } from './sandbox-vault-fixture.ts';

/** Connects a bot by the library bots use, which pairs at once, wanting nothing unless told; closed when the test ends. */
export async function connectBot(
  fixture: Pick<SandboxVaultFixture, 'folder' | 'socket'>,
  name: string,
  options: Partial<ConnectOptions> = {},
): Promise<CastkeyAuthProvider> {
  const keyFile = join(fixture.folder, `${name}.json`);
  const provider = await connect({ name, socket: fixture.socket, keyFile, wants: [], ...options });
  onTestFinished(() => provider.close());
  return provider;
}

/** Has Twurple call the sandbox instead of Twitch, as its documentation says; until `vi.unstubAllEnvs`. */
export function aimTwurpleAt({ twitch }: Pick<SandboxVaultFixture, 'twitch'>): void {
  vi.stubEnv('TWURPLE_MOCK_API_PORT', String(twitch.port));
}

/**
 * What Twurple's ChatClient needs to find the sandbox's chat. It has an option for the host and none for
 * the port, and builds `ws://HOST:80` of it; the question mark makes the end of that harmless.
 */
export const chatAt = ({
  twitch,
}: Pick<SandboxVaultFixture, 'twitch'>): { hostName: string; ssl: false } => ({
  hostName: `127.0.0.1:${twitch.port}/irc?`,
  ssl: false,
});

/** What an event that happens once brings, of a library whose events are functions that take a listener. */
export function happens<A extends unknown[]>(
  event: (listener: (...args: A) => void) => { unbind(): void },
): Promise<A> {
  return new Promise((resolve) => {
    const listener = event((...args) => {
      listener.unbind();
      resolve(args);
    });
  });
}

/** Twurple tells of each disconnect on the console; the tests cause plenty. */
export const QUIET = { logger: { minLevel: 'critical' } } as const;
