import { beforeEach, describe, expect, it } from 'vitest';
import type { ClientFixture } from '../../../../support/client-fixture.ts';
import {
  type DoctorFixture,
  openDoctorFixture,
  server,
  twitchAt,
  vault,
  type Web,
} from '../../../../support/doctor-fixture.ts';
import { NOW } from '../../../../support/scripted-vault-fixture.ts';
import { ann } from '../../../../support/terminal-fixture.ts';

describe('castkey doctor asks Twitch', () => {
  let fixture: ClientFixture;
  let examine: DoctorFixture['examine'];
  beforeEach(async () => {
    ({ fixture, examine } = await openDoctorFixture());
  });

  it.each([
    [10, 'ok', 'agrees'],
    [100, 'note', '100 s ahead'],
    [-100, 'note', '100 s behind'],
    [4_000, 'bad', '4000 s ahead'],
  ])('for the time: %i s off', async (seconds, state, what) => {
    const found = await examine({ web: twitchAt(NOW - seconds * 1_000) });
    expect(found('clock')).toMatchObject({ state, what: expect.stringContaining(what) });
  });

  it.each([
    [{ cause: 'ENOTFOUND' }, 'HTTPS_PROXY alone'],
    [{ cause: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'encrypted'],
    [{ cause: 'the proxy at a:1 asks for a password', advice: 'Name it with both.' }, 'Name it with both.'],
  ])('and tells why it is out of reach: %j', async (failure, advice) => {
    const found = await examine({ web: () => ({ kind: 'failure', sent: false, ...failure }) });
    expect(found('twitch')).toMatchObject({
      state: 'bad',
      what: expect.stringContaining(failure.cause),
      advice: expect.stringContaining(advice),
    });
    expect(found('trust')).toBeUndefined();
  });

  it('and tells of a certificate that only a variable makes good, as Castkey follows none', async () => {
    Object.assign(fixture.host.env, { NODE_EXTRA_CA_CERTS: '/office.pem' });
    const web: Web = (url, headers, trusted) =>
      trusted?.includes('/office.pem')
        ? (twitchAt(NOW)(url, headers) as Response)
        : { kind: 'failure', sent: false, cause: 'x inspects https', advice: 'Exempt it.' };
    const found = await examine({ web });
    expect(found('trust')).toMatchObject({
      state: 'bad',
      what: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
    expect(found('twitch')).toMatchObject({ state: 'bad' });
  });

  it('and notes that Twitch itself has trouble', async () => {
    const found = await examine({ web: () => new Response('', { status: 503 }) });
    expect(found('twitch')).toMatchObject({ state: 'note', what: expect.stringContaining('503') });
  });

  it('at the stand-in that CASTKEY_TWITCH names, and nowhere else', async () => {
    const asked: string[] = [];
    const web: Web = (url) => {
      asked.push(url.origin);
      return twitchAt(NOW)(url, new Headers());
    };
    Object.assign(fixture.host.env, { CASTKEY_TWITCH: 'http://127.0.0.1:4711' });
    expect((await examine({ web }))('twitch')).toMatchObject({
      state: 'note',
      advice: expect.stringContaining('or neither'),
    });
    expect(asked).toEqual(['http://127.0.0.1:4711']);
    Object.assign(fixture.host.env, { CASTKEY_TWITCH: 'http://twitch.example' });
    expect((await examine({ web }))('twitch')).toMatchObject({ state: 'bad' });
    expect(asked).toHaveLength(1);
  });

  describe('when Castkey works with a stand-in', () => {
    const asked: string[] = [];
    const web: Web = (url, headers) => {
      asked.push(`${url.origin} ${headers.get('authorization') ?? 'nothing'}`);
      return headers.has('authorization') ? new Response('{}') : twitchAt(NOW)(url, headers);
    };
    beforeEach(() => {
      asked.length = 0;
    });
    const works = (more: object): void =>
      fixture.vault.on('status', () => ({
        ...{ server, locked: false, users: [{ ...ann, expiresAt: null, state: 'ok' }] },
        vault: { ...vault, twitch: 'stand-in', ...more },
      }));

    it('at that, of which Castkey tells where it is, with the token', async () => {
      works({ standIn: 'http://127.0.0.1:5001' });
      const found = await examine({ web });
      expect(found('twitch')).toMatchObject({ state: 'ok', what: 'http://127.0.0.1:5001 answers' });
      expect(found('accounts')).toMatchObject({ state: 'ok', what: expect.stringContaining('says Twitch') });
      expect(asked.sort()).toEqual(['http://127.0.0.1:5001 OAuth token-1', 'http://127.0.0.1:5001 nothing']);
    });

    it.each([[{}], [{ standIn: 'http://elsewhere.example:80' }], [{ standIn: 'https://id.twitch.tv' }]])(
      'not at all when it does not say where, or somewhere else: %j',
      async (more) => {
        works(more);
        const found = await examine({ web });
        expect(found('twitch')).toMatchObject({ state: 'note' });
        expect(found('accounts')).toMatchObject({ state: 'ok', what: expect.stringContaining('not asked') });
        expect(asked).toEqual([]);
      },
    );

    it('and not at the real one for a stranger, whom it tells no more', async () => {
      const nonce = 'A'.repeat(22);
      const hello = { protocol: 1, server, nonce, paired: false, twitch: 'stand-in' };
      fixture.vault.on('hello', () => hello);
      expect((await examine({ web, pair: false }))('twitch')).toMatchObject({ state: 'note' });
      expect(asked).toEqual([]);
      Object.assign(fixture.host.env, { CASTKEY_TWITCH: 'http://localhost:5002' });
      expect((await examine({ web, pair: false }))('twitch')).toMatchObject({ state: 'ok' });
      expect(asked).toEqual(['http://localhost:5002 nothing']);
    });

    it('with no token where CASTKEY_TWITCH names another', async () => {
      works({ standIn: 'http://127.0.0.1:5001' });
      Object.assign(fixture.host.env, { CASTKEY_TWITCH: 'http://127.0.0.1:5002' });
      expect((await examine({ web }))('twitch')).toMatchObject({ state: 'note' });
      expect(asked.join()).not.toContain('5002');
    });
  });

  it.each([
    [401, 'bad', 'Twitch no longer takes the token of ann', 'castkey token --user 1 --refresh'],
    [200, 'ok', 'every login of this bot is good', ''],
    [503, 'ok', 'Twitch could not be asked', ''],
  ])('about each token: %i', async (status, state, what, advice) => {
    const web: Web = (url, headers) => {
      if (!headers.has('authorization')) return twitchAt(NOW)(url, headers);
      expect(`${url} ${headers.get('authorization')}`).toBe(
        'https://id.twitch.tv/oauth2/validate OAuth token-1',
      );
      return new Response('{}', { status });
    };
    const found = await examine({ web });
    expect(found('accounts')).toMatchObject({ state, what: expect.stringContaining(what) });
    expect(found('accounts')?.advice ?? '').toContain(advice);
    expect(JSON.stringify(found.all)).not.toContain('token-1');
  });

  it('with no token of the real Twitch at a stand-in that CASTKEY_TWITCH names', async () => {
    Object.assign(fixture.host.env, { CASTKEY_TWITCH: 'http://127.0.0.1:4711' });
    const web: Web = (url, headers) => {
      expect(headers.get('authorization')).toBeNull();
      return twitchAt(NOW)(url, headers);
    };
    expect((await examine({ web }))('accounts')).toMatchObject({
      what: expect.stringContaining('not asked'),
    });
  });

  it.each([
    ['knows the redirect URL', 302, 'https://www.twitch.tv/login', 'ok'],
    ['does not know it', 302, 'http://localhost:3000/?error=redirect_mismatch&error_description=x', 'bad'],
    ['has none', 400, 'Parameter redirect_uri does not match registered URI', 'bad'],
    ['does not know the client ID', 400, 'invalid client', 'bad'],
  ])('whether it %s, for a confidential application', async (_, status, said, state) => {
    fixture.vault.on('authenticate', () => ({ clientId: 'client-1', hasClientSecret: true, users: [] }));
    const web: Web = (url) => {
      if (url.pathname !== '/oauth2/authorize') return twitchAt(NOW)(url, new Headers());
      expect(url.searchParams.get('redirect_uri')).toBe('http://localhost:17563/');
      expect(url.searchParams.get('client_id')).toBe('client-1');
      const headers = status === 302 ? { location: said } : {};
      return new Response(status === 400 ? JSON.stringify({ message: said }) : null, { status, headers });
    };
    expect((await examine({ web }))('redirect')).toMatchObject({ state });
  });
});
