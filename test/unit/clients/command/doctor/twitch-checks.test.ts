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
    ['ENOTFOUND', 'network'],
    ['CERT_NOT_YET_VALID', 'clock'],
  ])('and tells why it is out of reach: %s', async (code, advice) => {
    const web = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code } }));
    const found = await examine({ web });
    expect(found('twitch')).toMatchObject({ state: 'bad', advice: expect.stringContaining(advice) });
  });

  it('and notes that Twitch itself has trouble', async () => {
    const found = await examine({ web: () => new Response('', { status: 503 }) });
    expect(found('twitch')).toMatchObject({ state: 'note', what: expect.stringContaining('503') });
  });

  it('at the stand-in that CASTKEY_TWITCH names, and nowhere else', async () => {
    const asked: string[] = [];
    const web: Web = (url) => {
      asked.push(url.origin);
      return twitchAt(NOW)(url);
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

  it('not at all when Castkey works with a stand-in', async () => {
    const asked: string[] = [];
    const web: Web = (url) => {
      asked.push(url.origin);
      return twitchAt(NOW)(url);
    };
    fixture.vault.on('authenticate', () => ({ clientId: 'client-1', hasClientSecret: true, users: [] }));
    fixture.vault.on('status', () => ({
      ...{ server, locked: false, users: [] },
      vault: { ...vault, twitch: 'stand-in' },
    }));
    expect((await examine({ web }))('twitch')).toMatchObject({ state: 'note' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['knows the redirect URL', 302, 'https://www.twitch.tv/login', 'ok'],
    ['does not know it', 302, 'http://localhost:3000/?error=redirect_mismatch&error_description=x', 'bad'],
    ['has none', 400, 'Parameter redirect_uri does not match registered URI', 'bad'],
    ['does not know the client ID', 400, 'invalid client', 'bad'],
  ])('whether it %s, for a confidential application', async (_, status, said, state) => {
    fixture.vault.on('authenticate', () => ({ clientId: 'client-1', hasClientSecret: true, users: [] }));
    const web: Web = (url) => {
      if (url.pathname !== '/oauth2/authorize') return twitchAt(NOW)(url);
      expect(url.searchParams.get('redirect_uri')).toBe('http://localhost:17563/');
      expect(url.searchParams.get('client_id')).toBe('client-1');
      const headers = status === 302 ? { location: said } : {};
      return new Response(status === 400 ? JSON.stringify({ message: said }) : null, { status, headers });
    };
    expect((await examine({ web }))('redirect')).toMatchObject({ state });
  });
});
