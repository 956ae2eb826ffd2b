/**
 * A vault on its socket in front of a Twitch that can go wrong. Quick to start, so each fault gets one of its
 * own.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createHttp } from '../../../electron/adapters/http.ts';
import type { Deps, HttpRequest } from '../../../electron/core/ports.ts';
import { type FlatAccount, flatAccounts } from '../../support/flat-accounts.ts';
import { LUNA } from '../../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../../support/sandbox-vault-fixture.ts';
import { dialSocket, newNonce, resultOf, type TestBot } from '../../support/test-bot.ts';

const systemHttp = createHttp();

/** Castkey waits ten seconds for an answer; here that is cut short. */
const TIMEOUT_MS = 400;

/** A vault with one login, a paired bot on its socket, and nobody in front of it any more. */
export interface FaultFixture extends Pick<SandboxVaultFixture, 'twitch' | 'vault' | 'close'> {
  bot: TestBot;
  account(): FlatAccount;
  /** The refresh token as it lies on the disk, opened. */
  refreshTokenOnDisk(): Promise<string | null>;
  /** Moves the clocks of the vault and of Twitch on, and has the vault look at once. */
  pass(ms: number): void;
  /** How often the login was to be renewed. */
  asked(): number;
  /** Every request to Twitch goes through this while it is set. */
  detour: ((request: HttpRequest) => HttpRequest) | null;
}

/** Starts it all; `kind` is that of the Twitch application. */
export async function openFaultFixture(kind: 'public' | 'confidential'): Promise<FaultFixture> {
  let asked = 0;
  const way: Pick<FaultFixture, 'detour'> = { detour: null };
  const http: Deps['http'] = (request) => {
    if (request.body?.includes('grant_type=refresh_token')) asked += 1;
    return systemHttp({ ...(way.detour?.(request) ?? request), timeoutMs: TIMEOUT_MS });
  };
  const sandboxVault = await openSandboxVaultFixture({ kind, http, sameTime: true });
  const { twitch, vault, folder, box, streamer } = sandboxVault;
  await sandboxVault.signIn(LUNA, ['chat:read']);
  const { bot, hangUp } = await dialSocket(sandboxVault.socket);
  resultOf(await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce() }));
  resultOf(await bot.request('pair', { wants: [{ user: LUNA, scopes: [['chat:read']] }] }));
  streamer.away = true;
  asked = 0; // the application was asked about with a refresh token of nobody's
  return Object.assign(way, {
    ...{ twitch, vault, bot },
    asked: () => asked,
    account: () => flatAccounts(vault.view())[0] ?? expect.fail('the account is gone'),
    refreshTokenOnDisk: () => readRefreshToken(join(folder, 'accounts'), box),
    pass(ms: number) {
      sandboxVault.pass(ms);
      vault.resume();
    },
    async close() {
      hangUp();
      await sandboxVault.close();
    },
  });
}

async function readRefreshToken(folder: string, box: Deps['box']): Promise<string | null> {
  const file =
    readdirSync(folder).find((name) => /^[^.]+\.json$/.test(name)) ?? expect.fail('there is no record');
  const { sealed } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { sealed: string };
  const opened = await box.open(sealed);
  if (opened.kind !== 'opened') return null;
  return (JSON.parse(opened.plain) as { refresh: string | null }).refresh;
}
