import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../../electron/core/secret.ts';
import { createTwitch } from '../../../../../electron/core/twitch/endpoints.ts';
import { json, no, text } from '../../../../support/twitch-replies.ts';

const environment = { identity: 'https://id.twitch.tv/oauth2', origins: [], standIn: null };
const app = { kind: 'public', clientId: 'cid' } as const;
const pair = { access_token: 'a', refresh_token: 'r', scope: ['chat:read'], expires_in: 14_124 };
const device = {
  device_code: 'd',
  user_code: 'ABCDEFGH',
  verification_uri: 'https://www.twitch.tv/activate',
  interval: 5,
  expires_in: 1_800,
};
const info = { client_id: 'cid', login: 'alice', user_id: '1001', scopes: ['chat:read'], expires_in: 14_000 };
const twitch = (reply: ReturnType<typeof json>) => createTwitch(async () => reply, environment);
const refreshed = (over: object) => twitch(json(200, { ...pair, ...over })).refresh(app, new Secret('r'));
const started = (over: object) => twitch(json(200, { ...device, ...over })).startDevice(app, []);
const validated = (over: object) => twitch(json(200, { ...info, ...over })).validate(new Secret('a'));

describe('a good answer with odd fields', () => {
  it.each([
    [{ expires_in: -1 }, { expiresIn: 3_600 }],
    [{ expires_in: '14124' }, { expiresIn: 3_600 }],
    [{ expires_in: {} }, { expiresIn: 3_600 }],
    [{ expires_in: 1e300 }, { expiresIn: 8_640_000 }],
    [{ scope: 7 }, { scopes: null }],
    [{ scope: ['chat:read', 'bits:read\r\nX-Evil: 1'] }, { scopes: ['chat:read'] }],
    [{ scope: 'chat:read \u001b[2J' }, { scopes: ['chat:read'] }],
  ])('brings the tokens all the same: %j', async (over, value) => {
    expect(await refreshed(over)).toMatchObject({ kind: 'ok', value });
  });

  it.each([
    [{ interval: 0.001 }, { interval: 1 }],
    [{ interval: 0 }, { interval: 1 }],
    [{ interval: -7 }, { interval: 1 }],
    [{ interval: 1e12 }, { interval: 60 }],
    [{ interval: 61 }, { interval: 60 }],
    [{ interval: '3' }, { interval: 5 }],
    [{ interval: null }, { interval: 5 }],
    [{ interval: undefined }, { interval: 5 }],
    [{ interval: 7 }, { interval: 7 }],
    [{ expires_in: 0 }, { expiresIn: 30 }],
    [{ expires_in: -1 }, { expiresIn: 30 }],
    [{ expires_in: 1e12 }, { expiresIn: 3_600 }],
    [{ expires_in: 'soon' }, { expiresIn: 1_800 }],
  ])('of the device flow keeps to sensible times: %j', async (over, value) => {
    expect(await started(over)).toMatchObject({ kind: 'ok', value });
  });

  it.each([
    [{ login: 'al\u001b[31mice' }, { login: null, userId: '1001' }],
    [{ login: 5 }, { login: null }],
    [{ scopes: 'all' }, { scopes: [] }],
    [{ expires_in: -5 }, { expiresIn: 3_600 }],
  ])('about a token tells the rest: %j', async (over, value) => {
    expect(await validated(over)).toMatchObject({ kind: 'ok', value });
  });
});

describe('an answer whose token would break out of a header or command a terminal', () => {
  const odd = ['a\r\nX-Evil: 1', 'a\u0000', 'a\u001b[2J', 'a b', 'ä', '', 'x'.repeat(1_025)];
  it.each(odd)('is none: %j', async (token) => {
    expect(await refreshed({ access_token: token })).toMatchObject({ kind: 'transient', fate: 'lost' });
    if (token !== '') expect(await refreshed({ refresh_token: token })).toMatchObject({ kind: 'transient' });
    expect(await started({ device_code: token })).toMatchObject({ kind: 'transient' });
    expect(await started({ user_code: token })).toMatchObject({ kind: 'transient' });
  });

  it.each(['1\r\n2', 'luna', '1'.repeat(21)])('names no user: %j', async (user_id) => {
    expect(await validated({ user_id })).toMatchObject({ kind: 'transient' });
  });
});

it('a reason is told without what commands a terminal', async () => {
  const refused = await twitch(no(400, 'Invalid\u001b]0;evil\u0007\r\n token')).refresh(app, new Secret('r'));
  expect(refused).toEqual({ kind: 'rejected', message: 'Invalid ]0;evil  token' });
  expect(await twitch(text(400, 'no')).refresh(app, new Secret('r'))).toMatchObject({ kind: 'transient' });
});
