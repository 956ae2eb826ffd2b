import { describe, expect, test } from 'vitest';
import type { NewFault } from '../../../sandbox/server.ts';
import { flatAccounts } from '../../support/flat-accounts.ts';
import { BOT, LUNA } from '../../support/people.ts';
import { openSandboxVaultFixture } from '../../support/sandbox-vault-fixture.ts';
import { dialSocket, newNonce, reasonOf, resultOf } from '../../support/test-bot.ts';
import { until } from '../../support/until.ts';

/** A vault on its socket, one login, and a bot that may use it. */
async function open(kind: 'public' | 'confidential') {
  const fixture = await openSandboxVaultFixture({ kind, sameTime: true });
  await fixture.signIn(LUNA, ['chat:read']);
  const { bot, hangUp } = await dialSocket(fixture.socket);
  resultOf(await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce() }));
  resultOf(await bot.request('pair', { wants: [{ user: LUNA, scopes: [['chat:read']] }] }));
  const close = async (): Promise<void> => {
    hangUp();
    await fixture.close();
  };
  return { fixture, bot, close };
}

const odd = (path: string, fields: Record<string, unknown>): NewFault =>
  ({ path, times: 'all', effect: { kind: 'replace', fields } }) as NewFault;

describe.concurrent('an odd field in a good answer', () => {
  test.each<['public' | 'confidential', Record<string, unknown>]>([
    ['public', { expires_in: '14400', scope: [null], token_type: 7 }],
    ['public', { expires_in: -1, scope: {} }],
    ['confidential', { expires_in: 1e12, scope: 'chat:read', refresh_token: '' }],
    ['confidential', { expires_in: null, scope: '', refresh_token: 5 }],
  ])('costs no login of a %s application: %j', async (kind, fields) => {
    const { fixture, bot, close } = await open(kind);
    fixture.twitch.control.addFault(odd('/oauth2/token', fields));
    for (const _ of [1, 2, 3]) {
      const token = resultOf(await bot.request('getAccessTokenForUser', { user: LUNA }));
      fixture.twitch.control.expireTokens();
      fixture.pass(11_000); // refreshes aren't forced more often
      const fresh = resultOf(await bot.request('refreshAccessTokenForUser', { user: LUNA }));
      expect(fresh.accessToken).not.toBe(token?.accessToken);
      expect(fresh.scope).toEqual(['chat:read']);
      expect(fresh.expiresIn ?? Number.POSITIVE_INFINITY).toBeGreaterThan(600);
    }
    expect(flatAccounts(fixture.vault.view())).toMatchObject([{ state: 'ok', canRefresh: true }]);
    await close();
  });

  test('in the answers of a sign-in and a validation brings the account all the same', async () => {
    const { fixture, close } = await open('public');
    const { control } = fixture.twitch;
    control.addFault(odd('/oauth2/validate', { user_id: Number(LUNA), expires_in: 'long', scopes: [null] }));
    fixture.pass(61 * 60_000);
    fixture.vault.resume();
    const before = flatAccounts(fixture.vault.view())[0]?.validatedAt ?? 0;
    await until(() => (flatAccounts(fixture.vault.view())[0]?.validatedAt ?? 0) > before);
    expect(flatAccounts(fixture.vault.view())).toMatchObject([{ scopes: ['chat:read'], state: 'ok' }]);
    control.clearFaults();
    control.addFault(odd('/oauth2/device', { interval: '1', expires_in: '', verification_uri: null }));
    control.addFault(odd('/oauth2/validate', { user_id: Number(BOT), login: 5, scopes: 'chat:edit' }));
    await fixture.signIn(BOT, ['chat:edit']);
    expect(flatAccounts(fixture.vault.view())).toMatchObject([{ userId: LUNA }, { userId: BOT, login: BOT }]);
    await close();
  });

  test('leaves a public application’s login without a renewal when it has no refresh token', async () => {
    const { fixture, bot, close } = await open('public');
    fixture.twitch.control.addFault(odd('/oauth2/token', { refresh_token: '' }));
    fixture.twitch.control.expireTokens();
    const fresh = resultOf(await bot.request('refreshAccessTokenForUser', { user: LUNA }));
    expect(flatAccounts(fixture.vault.view())).toMatchObject([{ state: 'ok', canRefresh: false }]);
    const refreshes = () => fixture.twitch.control.requests({ grantType: 'refresh_token' }).length;
    const sent = refreshes();
    fixture.twitch.control.expireToken(fresh.accessToken);
    fixture.pass(11_000);
    expect(reasonOf(await bot.request('refreshAccessTokenForUser', { user: LUNA }))).toBe('needs-sign-in');
    expect(refreshes()).toBe(sent); // the used one is never sent again
    await close();
  });
});

describe.concurrent('a scope that Twitch doesn’t know', () => {
  test.each<['public' | 'confidential', string]>([
    ['public', 'chat:reed'],
    ['confidential', 'chat:reed'],
    ['public', 'chat:read,chat:edit'],
    ['confidential', 'chat:read,chat:edit'],
  ])('is told to a bot of a %s application at once: %s', async (kind, scope) => {
    const { fixture, bot, close } = await open(kind);
    const answer = await bot.request('getAccessTokenForUser', { user: LUNA, scopeSets: [[scope]] });
    expect(reasonOf(answer)).toBe('twitch-rejected');
    expect('message' in answer && answer.message).toContain(`invalid scope requested: '${scope}'`);
    expect(fixture.vault.signInView()).toBeNull();
    await close();
  });
});
