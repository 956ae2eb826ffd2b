import { describe, expect, it } from 'vitest';
import type { HttpReply } from '../../../../../electron/core/ports.ts';
import { Secret } from '../../../../../electron/core/secret.ts';
import { createTwitch, type TokenPair } from '../../../../../electron/core/twitch/endpoints.ts';
import type { TwitchReply } from '../../../../../electron/core/twitch/reply.ts';
import { failure, json, no, text } from '../../../../support/twitch-replies.ts';

const environment = {
  ...{ identity: 'https://id.twitch.tv/oauth2', helix: 'https://api.twitch.tv/helix' },
  ...{ pictures: [], origins: [], standIn: null },
};
const pair = { access_token: 'a', refresh_token: 'r', scope: ['chat:read'], expires_in: 14124 };
const { access_token: _access, ...withoutAccess } = pair;

/** What a refresh makes of this answer. */
const refreshing = (reply: HttpReply): Promise<TwitchReply<TokenPair>> =>
  createTwitch(async () => reply, environment).refresh(
    { kind: 'public', clientId: 'cid' },
    new Secret('old'),
  );
const validating = (reply: HttpReply) =>
  createTwitch(async () => reply, environment).validate(new Secret('token'));

const passing = (fate: 'unsent' | 'failed' | 'lost', retryAfterMs: number | null = null) => ({
  kind: 'transient',
  fate,
  retryAfterMs,
});
const rows: [string, HttpReply, object][] = [
  ['a DNS failure', failure('ENOTFOUND', false), passing('unsent')],
  ['a refused connection', failure('ECONNREFUSED', false), passing('unsent')],
  ['a reset after sending', failure('ECONNRESET', true), passing('lost')],
  ['a timeout before sending', failure('timeout', false), passing('unsent')],
  ['a timeout after sending', failure('timeout', true), passing('lost')],
  ['408', no(408, 'Request Timeout'), passing('unsent')],
  ['425', no(425, 'Too Early'), passing('unsent')],
  ['429 without Retry-After', no(429, 'slow'), passing('unsent')],
  ['429 with Retry-After', json(429, {}, { 'retry-after': '7' }), passing('unsent', 7_000)],
  ['429 with a date as Retry-After', json(429, {}, { 'retry-after': 'Mon, 05 Jan' }), passing('unsent')],
  ['429 with a negative Retry-After', json(429, {}, { 'retry-after': '-5' }), passing('unsent')],
  ['500', no(500, 'Missing column authorization_id from item map[]'), passing('failed')],
  ['502 with HTML', text(502, '<html>Bad Gateway</html>'), passing('failed')],
  ['503', text(503, ''), passing('failed')],
  ['503 with Retry-After', text(503, '', { 'retry-after': '2' }), passing('failed', 2_000)],
  ['504', text(504, 'upstream'), passing('failed')],
  ['200 with HTML', text(200, '<html>Log in to the hotel wifi</html>'), passing('lost')],
  ['200 cut off', text(200, '{"access_token":"a","refr'), passing('lost')],
  ['200 with an empty body', text(200, ''), passing('lost')],
  ['200 with null', text(200, 'null'), passing('lost')],
  ['200 with a list', text(200, '[]'), passing('lost')],
  ['200 without access_token', json(200, withoutAccess), passing('lost')],
  ['200 with an empty access_token', json(200, { ...pair, access_token: '' }), passing('lost')],
  ['200 with a number as access_token', json(200, { ...pair, access_token: 5 }), passing('lost')],
  ['302 of a proxy', text(302, '<html>'), passing('failed')],
  ['404 with HTML', text(404, '<html>'), passing('failed')],
  ['400 without a body', text(400, ''), passing('failed')],
  ['400 Invalid refresh token', no(400, 'Invalid refresh token'), { kind: 'rejected' }],
  [
    '400 with an error member',
    json(400, { error: 'Bad Request', status: 400, message: 'Invalid refresh token' }),
    { kind: 'rejected' },
  ],
  ['400 missing refresh token', no(400, 'missing refresh token'), { kind: 'rejected' }],
  ['400 Invalid grant', no(400, 'Invalid grant'), { kind: 'rejected' }],
  ['400 invalid client', no(400, 'invalid client'), { kind: 'setup' }],
  ['400 Invalid client credentials', no(400, 'Invalid client credentials'), { kind: 'setup' }],
  ['400 missing client secret', no(400, 'missing client secret'), { kind: 'setup' }],
  ['400 redirect_uri', no(400, 'Parameter redirect_uri does not match registered URI'), { kind: 'setup' }],
  ['403 invalid client secret', no(403, 'invalid client secret'), { kind: 'setup' }],
  ['403 with another message', no(403, 'forbidden'), { kind: 'setup' }],
  ['403 with HTML of a firewall', text(403, '<html>blocked</html>'), passing('failed')],
  ['404 client does not exist', no(404, 'client does not exist'), { kind: 'setup' }],
  ['401 with a body', no(401, 'invalid access token'), { kind: 'rejected', message: 'invalid access token' }],
  ['401 without a body', text(401, ''), { kind: 'rejected', message: 'unauthorized' }],
];

describe('an answer to a refresh', () => {
  it.each(rows)('%s', async (_name, reply, expected) => {
    expect(await refreshing(reply)).toMatchObject(expected);
  });

  it('200 with everything', async () => {
    const reply = await refreshing(json(200, pair));
    if (reply.kind !== 'ok') throw new Error('not ok');
    expect(reply.value).toMatchObject({ scopes: ['chat:read'], expiresIn: 14124 });
    expect([reply.value.access.reveal(), reply.value.refresh?.reveal()]).toEqual(['a', 'r']);
  });

  const lacking: [string, object, object][] = [
    ['refresh_token', { ...pair, refresh_token: undefined }, { refresh: null }],
    ['refresh_token being null', { ...pair, refresh_token: null }, { refresh: null }],
    ['scope', { ...pair, scope: undefined }, { scopes: null }],
    ['expires_in, which is not “never”', { ...pair, expires_in: undefined }, { expiresIn: undefined }],
    ['an end, expires_in being 0', { ...pair, expires_in: 0 }, { expiresIn: null }],
    ['an array, scope being a text', { ...pair, scope: 'a:b c:d' }, { scopes: ['a:b', 'c:d'] }],
  ];
  it.each(lacking)('200 without %s is still good', async (_name, body, expected) => {
    expect(await refreshing(json(200, body))).toMatchObject({ kind: 'ok', value: expected });
  });
});

describe('an answer to a validation', () => {
  const info = { client_id: 'cid', login: 'alice', scopes: ['chat:read'], user_id: '1', expires_in: 100 };
  const good: [string, object, object][] = [
    ['as documented', info, { userId: '1', login: 'alice', scopes: ['chat:read'], expiresIn: 100 }],
    ['scopes null', { ...info, scopes: null }, { scopes: [] }],
    ['expires_in 0: it never expires', { ...info, expires_in: 0 }, { expiresIn: null }],
    ['an app token', { client_id: 'cid', scopes: [], expires_in: 5 }, { userId: null, login: null }],
    ['nulls for an app token', { ...info, login: null, user_id: null }, { userId: null, login: null }],
  ];
  it.each(good)('%s', async (_name, body, expected) => {
    expect(await validating(json(200, body))).toMatchObject({ kind: 'ok', value: expected });
  });
});

describe('what goes to Twitch', () => {
  it('has no secret in a URL, and the client secret in the body of a confidential application only', async () => {
    const seen: { url: string; body: string }[] = [];
    const twitch = createTwitch(async ({ url, body = '' }) => {
      seen.push({ url, body });
      return json(200, pair);
    }, environment);
    const app = { kind: 'confidential', clientId: 'cid', secret: new Secret('s&=cret') } as const;
    await twitch.refresh({ kind: 'public', clientId: 'cid' }, new Secret('r+1'));
    await twitch.refresh(app, new Secret('r+1'));
    expect(seen.map(({ url }) => url)).toEqual(Array(2).fill('https://id.twitch.tv/oauth2/token'));
    expect(seen[0]?.body).toBe('client_id=cid&grant_type=refresh_token&refresh_token=r%2B1');
    expect(seen[1]?.body).toBe(
      'client_id=cid&client_secret=s%26%3Dcret&grant_type=refresh_token&refresh_token=r%2B1',
    );
  });
});
