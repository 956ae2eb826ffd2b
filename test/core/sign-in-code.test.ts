import { describe, expect, it } from 'vitest';
import { REDIRECT_URI } from '../../shared/twitch-app.ts';
import { SECOND } from '../fakes/clock.ts';
import { answers, no, offline } from '../fakes/replies.ts';
import { ALICE, openWorld, type World } from '../fakes/world.ts';

/** A confidential application, and the consent page inside the window. */
async function here() {
  const world = await openWorld('confidential');
  await world.vault.actions['account.signIn'].run({ scopes: ['chat:read', 'chat:edit'] });
  await world.time.settle();
  world.vault.actions['signIn.here'].run({ id: world.signIn.current?.id ?? '' });
  world.twitch.requests.length = 0;
  return { world, url: world.signIn.page?.url ?? '' };
}
const logins = (world: World): string[] => world.view().accounts.map(({ login }) => login);
const redirect = (world: World, query: Record<string, string>): void =>
  world.vault.signIn.redirected(`${REDIRECT_URI}?${new URLSearchParams(query)}`);
const stateOf = (url: string): string => new URL(url).searchParams.get('state') ?? '';

describe('the authorization code flow', () => {
  it('shows Twitch’s page with state and forced consent, and exchanges the code with the secret', async () => {
    const { world, url } = await here();
    const query = Object.fromEntries(new URL(url).searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'chat:read chat:edit',
      force_verify: 'true',
    });
    expect(Buffer.from(query.state ?? '', 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(world.signIn.page?.redirectUri).toBe(REDIRECT_URI);
    world.vault.signIn.redirected(world.twitch.consent(url, ALICE));
    await world.time.settle();
    expect(logins(world)).toEqual(['alice']);
    expect([world.signIn.current, world.signIn.page]).toEqual([null, null]);
    expect(world.twitch.requests[0]?.fields.has('client_secret')).toBe(true);
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
    const { world, url } = await here();
    redirect(world, query(url));
    await world.time.settle();
    expect(world.twitch.count('exchange')).toBe(0);
    world.vault.signIn.redirected(world.twitch.consent(url, ALICE));
    await world.time.settle();
    expect(logins(world)).toEqual(['alice']);
  });

  it('ends when the streamer says no at Twitch', async () => {
    const { world, url } = await here();
    redirect(world, {
      error: 'access_denied',
      error_description: 'The user denied you access',
      state: stateOf(url),
    });
    await world.time.settle();
    expect([world.signIn.current, logins(world)]).toEqual([null, []]);
    expect(world.view().activity[0]?.text).toMatch(/said no/);
  });

  it('explains redirect_mismatch, which comes without a state', async () => {
    const { world } = await here();
    redirect(world, {
      error: 'redirect_mismatch',
      error_description: 'Parameter redirect_uri does not match',
    });
    await world.time.settle();
    expect(world.signIn.current).toBeNull();
    expect(world.view().notices).toMatchObject([
      { text: expect.stringMatching(/redirect_mismatch.*Settings/) },
    ]);
  });

  it.each([
    ['a passing failure', offline],
    ['a refusal', answers(no(400, 'Invalid authorization code'))],
  ])('%s at the exchange says so and can be tried again', async (_name, fault) => {
    const { world, url } = await here();
    world.twitch.next('exchange', fault);
    world.vault.signIn.redirected(world.twitch.consent(url, ALICE));
    await world.time.settle();
    expect(world.signIn.current?.problem).toMatch(/try again/);
    await world.time.pass(SECOND);
    world.vault.signIn.redirected(world.twitch.consent(url, ALICE));
    await world.time.settle();
    expect(logins(world)).toEqual(['alice']);
  });

  it('a wrong secret at the exchange is a matter of set-up', async () => {
    const { world, url } = await here();
    world.twitch.next('exchange', answers(no(403, 'invalid client secret')));
    world.vault.signIn.redirected(world.twitch.consent(url, ALICE));
    await world.time.settle();
    expect(world.signIn.current).toBeNull();
    expect(world.view().notices).toHaveLength(1);
  });

  it('exchanges a code once, however often the page redirects', async () => {
    const { world, url } = await here();
    const answer = world.twitch.consent(url, ALICE);
    world.vault.signIn.redirected(answer);
    world.vault.signIn.redirected(answer);
    await world.time.settle();
    world.vault.signIn.redirected(answer);
    await world.time.settle();
    expect(world.twitch.count('exchange')).toBe(1);
    expect(logins(world)).toEqual(['alice']);
  });

  it('still works in the browser by device code, with the secret', async () => {
    const { world } = await here();
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(logins(world)).toEqual(['alice']);
  });

  it('stays open when Twitch gives the application no device codes', async () => {
    const world = await openWorld('confidential');
    world.twitch.always('device', answers(no(400, 'invalid client')));
    await world.vault.actions['account.signIn'].run({});
    await world.time.settle();
    expect(world.signIn.current?.problem).toMatch(/Sign in here instead/);
    world.vault.actions['signIn.here'].run({ id: world.signIn.current?.id ?? '' });
    world.vault.signIn.redirected(world.twitch.consent(world.signIn.page?.url ?? '', ALICE));
    await world.time.settle();
    expect(logins(world)).toEqual(['alice']);
  });
});
