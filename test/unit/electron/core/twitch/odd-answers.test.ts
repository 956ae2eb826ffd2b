import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../../electron/core/secret.ts';
import { createTwitch } from '../../../../../electron/core/twitch/endpoints.ts';
import { json, no, text } from '../../../../support/twitch-replies.ts';

const environment = {
  ...{ identity: 'https://id.twitch.tv/oauth2', helix: 'https://api.twitch.tv/helix' },
  ...{ pictures: [], origins: [], standIn: null },
};
const app = { kind: 'public', clientId: 'cid' } as const;
const confidential = { kind: 'confidential', clientId: 'cid', secret: new Secret('s') } as const;
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
const refreshed = (over: object, of: typeof app | typeof confidential = app) =>
  twitch(json(200, { ...pair, ...over })).refresh(of, new Secret('old'));
const started = (over: object) => twitch(json(200, { ...device, ...over })).startDevice(app, []);
const validated = (over: object) => twitch(json(200, { ...info, ...over })).validate(new Secret('a'));

/** What `expires_in` says, wherever it stands. */
const LIVES: [unknown, number | null | undefined][] = [
  ['14400', 14_400],
  [14_400.5, 14_401],
  [0.2, 1],
  [0, null],
  ['0', null],
  [1e12, 8_640_000],
  [-1, undefined],
  [Number.NaN, undefined],
  ['soon', undefined],
  ['', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  [null, undefined],
  [undefined, undefined],
  [{}, undefined],
  [[14_400], undefined],
  [true, undefined],
];
/** What a list of scopes says; undefined stands for "nothing". */
const SCOPES: [unknown, string[] | undefined][] = [
  [[], []],
  ['chat:read chat:edit', ['chat:read', 'chat:edit']],
  ['chat:read,chat:edit', ['chat:read', 'chat:edit']],
  ['chat:read, chat:edit ', ['chat:read', 'chat:edit']],
  [['chat:read', null, 5, ''], ['chat:read']],
  [['chat:read', 'bits:read\r\nX-Evil: 1'], ['chat:read']],
  ['chat:read \u001b[2J', ['chat:read']],
  [{}, undefined],
  [[null], undefined],
  [[''], undefined],
  ['', undefined],
  [7, undefined],
  [undefined, undefined],
];

type Row = [over: object, value: object];

describe('a good answer with odd fields', () => {
  it.each<Row>([
    ...LIVES.map(([expires_in, expiresIn]): Row => [{ expires_in }, { expiresIn }]),
    ...SCOPES.map(([scope, scopes]): Row => [{ scope }, { scopes: scopes ?? null }]),
    [{ scope: null }, { scopes: null }],
    [{ token_type: 5 }, {}],
    [{ token_type: undefined, more: {} }, {}],
  ])('brings the tokens all the same: %j', async (over, value) => {
    const reply = await refreshed(over);
    expect(reply).toMatchObject({ kind: 'ok', value });
    expect(reply.kind === 'ok' && [reply.value.access.reveal(), reply.value.refresh?.reveal()]).toEqual([
      'a',
      'r',
    ]);
  });

  it.each(['', null, undefined, 5, {}, 'r\r\nX-Evil: 1', 'ä', 'x'.repeat(1_025)])(
    'has no refresh token, the one sent holds on for a confidential application only: %j',
    async (refresh_token) => {
      const used = await refreshed({ refresh_token });
      expect(used).toMatchObject({ kind: 'ok', value: { refresh: null } });
      const kept = await refreshed({ refresh_token }, confidential);
      expect(kept.kind === 'ok' && kept.value.refresh?.reveal()).toBe('old');
    },
  );

  it.each<Row>([
    ...[0, 0.001, -7, 61, 1e9, 1e12, '', 'often', null, undefined, {}].map(
      (interval): Row => [{ interval }, { interval: 5 }],
    ),
    [{ interval: '3' }, { interval: 3 }],
    [{ interval: 1 }, { interval: 1 }],
    [{ interval: 7.5 }, { interval: 7.5 }],
    ...[0, -1, 1, 1e12, 'soon', null, undefined, []].map(
      (expires_in): Row => [{ expires_in }, { expiresIn: 1_800 }],
    ),
    [{ expires_in: '600' }, { expiresIn: 600 }],
    ...['', 'activate', 'javascript:alert(1)', 5, null, undefined].map(
      (verification_uri): Row => [
        { verification_uri },
        { verificationUri: 'https://www.twitch.tv/activate?device-code=ABCDEFGH' },
      ],
    ),
  ])('of the device flow keeps to what is sensible: %j', async (over, value) => {
    expect(await started(over)).toMatchObject({ kind: 'ok', value });
  });

  it.each<Row>([
    ...LIVES.map(([expires_in, expiresIn]): Row => [{ expires_in }, { expiresIn }]),
    ...SCOPES.map(([scopes, known]): Row => [{ scopes }, { scopes: known ?? null }]),
    [{ scopes: null }, { scopes: [] }],
    [{ login: 'al\u001b[31mice' }, { login: null, userId: '1001' }],
    ...[5, '', null, undefined, {}].map((login): Row => [{ login }, { login: null, userId: '1001' }]),
    [{ user_id: 1001 }, { userId: '1001' }],
  ])('about a token tells the rest: %j', async (over, value) => {
    expect(await validated(over)).toMatchObject({ kind: 'ok', value });
  });
});

describe('an answer whose token would break out of a header or command a terminal', () => {
  const odd = ['a\r\nX-Evil: 1', 'a\u0000', 'a\u001b[2J', 'a b', 'ä', '', 'x'.repeat(1_025), 5, null, {}];
  it.each(odd)('is none, and may have used up what was sent: %j', async (token) => {
    expect(await refreshed({ access_token: token })).toMatchObject({ kind: 'transient', fate: 'lost' });
    expect(await started({ device_code: token })).toMatchObject({ kind: 'transient' });
    expect(await started({ user_code: token })).toMatchObject({ kind: 'transient' });
  });

  it.each(['1\r\n2', 'luna', '1'.repeat(21), -1, 1.5, {}])('names no user: %j', async (user_id) => {
    expect(await validated({ user_id })).toMatchObject({ kind: 'transient' });
  });
});

it('a reason is told without what commands a terminal', async () => {
  const refused = await twitch(no(400, 'Invalid\u001b]0;evil\u0007\r\n token')).refresh(app, new Secret('r'));
  expect(refused).toEqual({ kind: 'rejected', message: 'Invalid ]0;evil  token' });
  expect(await twitch(text(400, 'no')).refresh(app, new Secret('r'))).toMatchObject({ kind: 'transient' });
});
