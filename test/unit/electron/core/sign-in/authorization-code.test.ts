import { describe, expect, it } from 'vitest';
import { REDIRECT_URI } from '../../../../../shared/twitch-app.ts';
import { SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { answers, no, offline } from '../../../../support/twitch-replies.ts';
import { keepNewcomer, openVaultFixture, type VaultFixture } from '../../../../support/vault-fixture.ts';

/** A confidential application, and the consent page inside the window. */
async function here() {
  const fixture = await openVaultFixture('confidential');
  await fixture.vault.actions['account.signIn'].run({ scopes: ['chat:read', 'chat:edit'] });
  await fixture.time.settle();
  fixture.vault.actions['signIn.here'].run({ id: fixture.signIn.current?.id ?? '' });
  fixture.twitch.requests.length = 0;
  return { fixture, url: fixture.signIn.page?.url ?? '' };
}
const logins = (fixture: VaultFixture): string[] => fixture.view().accounts.map(({ login }) => login);
const redirect = (fixture: VaultFixture, query: Record<string, string>): void =>
  fixture.vault.signIn.redirected(`${REDIRECT_URI}?${new URLSearchParams(query)}`);
const stateOf = (url: string): string => new URL(url).searchParams.get('state') ?? '';

describe('the authorization code flow', () => {
  it('shows Twitch’s page with state and forced consent, and exchanges the code with the secret', async () => {
    const { fixture, url } = await here();
    const query = Object.fromEntries(new URL(url).searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'chat:read chat:edit',
      force_verify: 'true',
    });
    expect(Buffer.from(query.state ?? '', 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(fixture.signIn.page?.redirectUri).toBe(REDIRECT_URI);
    fixture.vault.signIn.redirected(fixture.twitch.consent(url, ALICE));
    await fixture.time.settle();
    expect(logins(fixture)).toEqual(['alice']);
    expect([fixture.signIn.current, fixture.signIn.page]).toEqual([null, null]);
    expect(fixture.twitch.requests[0]?.fields.has('client_secret')).toBe(true);
  });

  it('has a state of its own each time', async () => {
    const [one, two] = [await here(), await here()];
    expect(stateOf(one.url)).not.toBe(stateOf(two.url));
  });

  const foreign: [string, (url: string) => Record<string, string>][] = [
    ['another state', () => ({ code: 'evil', state: 'x'.repeat(32) })],
    ['no state', () => ({ code: 'evil' })],
    ['a part of the state', (url) => ({ code: 'evil', state: stateOf(url).slice(0, 10) })],
    ['a denial without state', () => ({ error: 'access_denied' })],
  ];
  it.each(foreign)('ignores a redirect with %s and goes on', async (_name, query) => {
    const { fixture, url } = await here();
    redirect(fixture, query(url));
    await fixture.time.settle();
    expect(fixture.twitch.count('exchange')).toBe(0);
    fixture.vault.signIn.redirected(fixture.twitch.consent(url, ALICE));
    await fixture.time.settle();
    expect(logins(fixture)).toEqual(['alice']);
  });

  it('ends when the streamer says no at Twitch', async () => {
    const { fixture, url } = await here();
    redirect(fixture, {
      error: 'access_denied',
      error_description: 'The user denied you access',
      state: stateOf(url),
    });
    await fixture.time.settle();
    expect([fixture.signIn.current, logins(fixture)]).toEqual([null, []]);
    expect(fixture.view().activity[0]?.text).toMatch(/said no/);
  });

  it('explains redirect_mismatch, which comes without a state', async () => {
    const { fixture } = await here();
    redirect(fixture, {
      error: 'redirect_mismatch',
      error_description: 'Parameter redirect_uri does not match',
    });
    await fixture.time.settle();
    expect(fixture.signIn.current).toBeNull();
    expect(fixture.view().notices).toMatchObject([
      { text: expect.stringMatching(/redirect_mismatch.*Settings/) },
    ]);
  });

  it.each([
    ['a passing failure', offline],
    ['a refusal', answers(no(400, 'Invalid authorization code'))],
  ])('%s at the exchange says so and can be tried again', async (_name, fault) => {
    const { fixture, url } = await here();
    fixture.twitch.next('exchange', fault);
    fixture.vault.signIn.redirected(fixture.twitch.consent(url, ALICE));
    await fixture.time.settle();
    expect(fixture.signIn.current?.problem).toMatch(/try again/);
    await fixture.time.pass(SECOND);
    fixture.vault.signIn.redirected(fixture.twitch.consent(url, ALICE));
    await fixture.time.settle();
    expect(logins(fixture)).toEqual(['alice']);
  });

  it('a wrong secret at the exchange is a matter of set-up', async () => {
    const { fixture, url } = await here();
    fixture.twitch.next('exchange', answers(no(403, 'invalid client secret')));
    fixture.vault.signIn.redirected(fixture.twitch.consent(url, ALICE));
    await fixture.time.settle();
    expect(fixture.signIn.current).toBeNull();
    expect(fixture.view().notices).toHaveLength(1);
  });

  it('exchanges a code once, however often the page redirects', async () => {
    const { fixture, url } = await here();
    const answer = fixture.twitch.consent(url, ALICE);
    fixture.vault.signIn.redirected(answer);
    fixture.vault.signIn.redirected(answer);
    await fixture.time.settle();
    fixture.vault.signIn.redirected(answer);
    await fixture.time.settle();
    expect(fixture.twitch.count('exchange')).toBe(1);
    expect(logins(fixture)).toEqual(['alice']);
  });

  it('still works in the browser by device code, with the secret', async () => {
    const { fixture } = await here();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    // The page inside is another one, so the code was typed somewhere else.
    expect(fixture.signIn.current).toMatchObject({ stage: 'confirm', person: { login: 'alice' } });
    await keepNewcomer(fixture);
    expect(logins(fixture)).toEqual(['alice']);
  });

  it('ends at once when Twitch knows no such scope, with its words', async () => {
    const fixture = await openVaultFixture('confidential');
    fixture.twitch.always('device', answers(no(400, "invalid scope requested: 'chat:reed'")));
    await fixture.vault.actions['account.signIn'].run({ scopes: ['chat:reed'] });
    await fixture.time.settle();
    expect(fixture.signIn.current).toBeNull();
    expect(fixture.view().notices).toMatchObject([{ text: expect.stringContaining('chat:reed') as string }]);
  });

  it('stays open when Twitch gives the application no device codes', async () => {
    const fixture = await openVaultFixture('confidential');
    fixture.twitch.always('device', answers(no(400, 'invalid client')));
    await fixture.vault.actions['account.signIn'].run({});
    await fixture.time.settle();
    expect(fixture.signIn.current?.problem).toMatch(/Sign in here instead/);
    fixture.vault.actions['signIn.here'].run({ id: fixture.signIn.current?.id ?? '' });
    fixture.vault.signIn.redirected(fixture.twitch.consent(fixture.signIn.page?.url ?? '', ALICE));
    await fixture.time.settle();
    expect(logins(fixture)).toEqual(['alice']);
  });
});
