import type { Vault } from '../../electron/core/vault.ts';
import { standInPlace } from '../../electron/policy/twitch-place.ts';
import {
  SANDBOX_CONFIDENTIAL_CLIENT,
  SANDBOX_PUBLIC_CLIENT,
  type Sandbox,
  startSandbox,
} from '../../sandbox/server.ts';
import { createMovableClock } from './clock.ts';
import { openStandingVault, type StandingOptions, type StandingVault } from './standing-vault.ts';

/** IDs of the sandbox's people. */
export const LUNA = '700100001';
export const BOT = '700100002';
export const MAX = '700100003';
export const QUINN = '700100005';

/** A standing vault with a Twitch application, and the sandbox it belongs to; closed together. */
export interface VaultAtSandbox extends StandingVault {
  readonly twitch: Sandbox;
  /** The streamer signs an account in, with these scopes and no others, and gives it jobs. */
  signIn(userId: string, scopes: string[], intents?: string[]): Promise<void>;
}

/** How to build one. */
export interface VaultAtSandboxOptions extends Pick<StandingOptions, 'describe' | 'between' | 'http'> {
  /** Of the Twitch application; public unless told. */
  readonly kind?: 'public' | 'confidential';
  /** `pass` moves the sandbox's clock as well. */
  readonly sameTime?: boolean;
}

/** Builds it, with nobody signed in; whoever does closes it. */
export async function openVaultAtSandbox(options: VaultAtSandboxOptions = {}): Promise<VaultAtSandbox> {
  const { kind = 'public', sameTime = false, ...rest } = options;
  const clock = createMovableClock();
  const twitch = await startSandbox(sameTime ? { now: clock.now } : {});
  const standing = await openStandingVault({
    ...{ clock, userId: LUNA, twitch: standInPlace(twitch.url, false), ...rest },
    allow: (userCode, userId) => void twitch.control.approveDevice(userCode, userId),
  });
  const client = kind === 'public' ? SANDBOX_PUBLIC_CLIENT : SANDBOX_CONFIDENTIAL_CLIENT;
  await done(standing.vault.actions['app.configure'].run({ ...client, kind }));
  const closeStanding = standing.close;
  return Object.assign(standing, {
    twitch,
    async signIn(userId: string, scopes: string[], intents: string[] = []) {
      const { vault, streamer } = standing;
      streamer.userId = userId;
      await done(vault.actions['account.signIn'].run({ scopes }));
      await untilAccount(vault, userId);
      await done(vault.actions['account.setIntents'].run({ userId, intents }));
    },
    async close() {
      await closeStanding();
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
