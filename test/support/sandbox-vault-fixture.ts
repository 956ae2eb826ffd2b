import type { Vault } from '../../electron/core/vault.ts';
import { standInEnvironment } from '../../electron/policy/twitch-environment.ts';
import {
  SANDBOX_CONFIDENTIAL_CLIENT,
  SANDBOX_PUBLIC_CLIENT,
  type Sandbox,
  startSandbox,
} from '../../sandbox/server.ts';
import { createMovableClock } from './fake-time.ts';
import { LUNA } from './people.ts';
import {
  openSocketVaultFixture,
  type SocketVaultFixture,
  type SocketVaultOptions,
} from './socket-vault-fixture.ts';

/** A vault on its socket with a Twitch application, and the sandbox it belongs to; closed together. */
export interface SandboxVaultFixture extends SocketVaultFixture {
  readonly twitch: Sandbox;
  /** The streamer signs an account in, with these scopes and no others, and gives it jobs. */
  signIn(userId: string, scopes: string[], intents?: string[]): Promise<void>;
}

/** How to build one. */
export interface SandboxVaultOptions
  extends Pick<SocketVaultOptions, 'describe' | 'between' | 'http' | 'openBox'> {
  /** Of the Twitch application; public unless told. */
  readonly kind?: 'public' | 'confidential';
  /** `pass` moves the sandbox's clock as well. */
  readonly sameTime?: boolean;
}

/** Builds it, with nobody signed in; whoever does closes it. */
export async function openSandboxVaultFixture(
  options: SandboxVaultOptions = {},
): Promise<SandboxVaultFixture> {
  const { kind = 'public', sameTime = false, ...rest } = options;
  const clock = createMovableClock();
  const twitch = await startSandbox(sameTime ? { now: clock.now } : {});
  const fixture = await openSocketVaultFixture({
    ...{ clock, userId: LUNA, twitch: standInEnvironment(twitch.url, false), ...rest },
    allow: (userCode, userId) => void twitch.control.approveDevice(userCode, userId),
  });
  const client = kind === 'public' ? SANDBOX_PUBLIC_CLIENT : SANDBOX_CONFIDENTIAL_CLIENT;
  await done(fixture.vault.actions['app.configure'].run({ ...client, kind }));
  const closeVault = fixture.close;
  return Object.assign(fixture, {
    twitch,
    async signIn(userId: string, scopes: string[], intents: string[] = []) {
      const { vault, streamer } = fixture;
      streamer.userId = userId;
      await done(vault.actions['account.signIn'].run({ scopes }));
      await untilAccount(vault, userId);
      await done(vault.actions['account.setIntents'].run({ userId, intents }));
    },
    async close() {
      await closeVault();
      await twitch.close();
    },
  });
}

async function done(action: Promise<{ ok: boolean }>): Promise<void> {
  const outcome = await action;
  if (!outcome.ok) throw new Error(`the vault refuses: ${JSON.stringify(outcome)}`);
}

/** The vault has an account. */
function untilAccount(vault: Vault, userId: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!vault.view().accounts.some((account) => account.userId === userId)) return;
      stop();
      resolve();
    };
    const stop = vault.onChange(look);
    look();
  });
}
