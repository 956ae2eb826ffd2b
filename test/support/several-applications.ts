/** One vault with several Twitch applications: the same person has a login for each, and each has a bot. */
import { expect } from 'vitest';
import { ALICE, BOB, CLIENT_ID } from './people.ts';
import {
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from './vault-fixture.ts';

/** A second public application. */
export const SECOND_ID = 'secondclient0000000000000002x';
/** One with a secret. */
export const CONFIDENTIAL_ID = 'confidentialclient0000000003x';

/** A person's login for an application. */
export interface AppLogin {
  readonly clientId: string;
  readonly userId: string;
}

/** Alice has one for each application; Bob is somebody else. */
export const APP_LOGINS: readonly AppLogin[] = [
  { clientId: CLIENT_ID, userId: ALICE },
  { clientId: SECOND_ID, userId: ALICE },
  { clientId: CONFIDENTIAL_ID, userId: ALICE },
  { clientId: CLIENT_ID, userId: BOB },
];

/** The bot of each application. */
export type AppBots = Map<string, PairedBot>;

/** Puts the other applications beside the first, signs everybody in, and pairs a bot for each application. */
export async function severalApplicationsFixture(): Promise<{ fixture: VaultFixture; bots: AppBots }> {
  const fixture = await vaultFixtureWithAlice();
  const { state } = fixture.twitch;
  const clientSecret = state.secret('client');
  state.apps.set(SECOND_ID, { secret: null }).set(CONFIDENTIAL_ID, { secret: clientSecret });
  for (const app of [
    { clientId: SECOND_ID, kind: 'public' },
    { clientId: CONFIDENTIAL_ID, kind: 'confidential', clientSecret },
  ] as const)
    expect(await fixture.vault.actions['app.configure'].run(app)).toMatchObject({ ok: true });
  for (const { clientId, userId } of APP_LOGINS.slice(1))
    await signInAs(fixture, userId, ['chat:read'], clientId);
  const bots: AppBots = new Map();
  for (const twitchClientId of [CLIENT_ID, SECOND_ID, CONFIDENTIAL_ID]) {
    const wants = [{ user: ALICE }, ...(twitchClientId === CLIENT_ID ? [{ user: BOB }] : [])];
    const who = { name: `bot of ${twitchClientId}`, twitchClientId };
    bots.set(twitchClientId, await pairBot(fixture, wants, 'always', who));
  }
  return { fixture, bots };
}

/** Throws if a bot was ever handed a token of another application, or of somebody else than it was told. */
export function expectOwnTokens({ twitch }: VaultFixture, bots: AppBots): void {
  for (const [clientId, { lines }] of bots)
    for (const { result } of lines) {
      const { accessToken, userId } = (result ?? {}) as { accessToken?: string; userId?: string };
      if (accessToken === undefined) continue;
      expect(twitch.state.access.get(accessToken)).toMatchObject({ clientId, userId });
      expect(result).toMatchObject({ clientId });
    }
}

/** How a login stands, as the windows show it. */
export function loginView({ vault }: Pick<VaultFixture, 'vault'>, { clientId, userId }: AppLogin) {
  const person = vault.view().accounts.find((account) => account.userId === userId);
  return person?.logins.find((login) => login.clientId === clientId);
}
