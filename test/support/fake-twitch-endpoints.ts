import type { HttpReply, HttpRequest } from '../../electron/core/ports.ts';
import type { AccessRow, Login, TwitchState } from './fake-twitch-state.ts';
import { json, no, text } from './twitch-replies.ts';

/** What a request is for, told from its path and grant type. */
export type Kind =
  | 'refresh'
  | 'poll'
  | 'exchange'
  | 'app'
  | 'device'
  | 'validate'
  | 'revoke'
  | 'streams'
  | 'user';

const GRANTS: Record<string, Kind> = {
  refresh_token: 'refresh',
  'urn:ietf:params:oauth:grant-type:device_code': 'poll',
  authorization_code: 'exchange',
  client_credentials: 'app',
};

/** Throws on anything Twitch has no endpoint for. */
export function kindOf({ method, url, body }: HttpRequest): Kind {
  const path = new URL(url).pathname;
  if (method === 'GET' && path === '/oauth2/validate') return 'validate';
  if (method === 'GET' && path === '/helix/streams') return 'streams';
  if (method === 'GET' && path === '/helix/users') return 'user';
  if (method === 'POST' && path === '/oauth2/device') return 'device';
  if (method === 'POST' && path === '/oauth2/revoke') return 'revoke';
  const grant = GRANTS[new URLSearchParams(body).get('grant_type') ?? ''];
  if (method === 'POST' && path === '/oauth2/token' && grant !== undefined) return grant;
  throw new Error(`an unexpected request: ${method} ${path}`);
}

type Fields = (name: string) => string;
type Endpoint = (state: TwitchState, now: number, field: Fields, request: HttpRequest) => HttpReply;

function given(state: TwitchState, login: Login): HttpReply {
  const { access, refresh } = state.pair(login);
  const scope = login.scopes.length > 0 ? { scope: login.scopes } : {};
  return json(200, {
    access_token: access,
    refresh_token: refresh,
    expires_in: state.lifetime,
    token_type: 'bearer',
    ...scope,
  });
}

/** The refusal of an application that is not as it should be; null when all is well. */
function appTrouble(state: TwitchState, field: Fields): HttpReply | null {
  const app = state.apps.get(field('client_id'));
  if (app === undefined) return no(400, 'invalid client');
  if (app.secret === null) return null;
  if (field('client_secret') === '') return no(400, 'missing client secret');
  return field('client_secret') === app.secret ? null : no(403, 'invalid client secret');
}

const refresh: Endpoint = (state, _now, field) => {
  const trouble = appTrouble(state, field);
  if (trouble) return trouble;
  const row = state.refresh.get(field('refresh_token'));
  if (row === undefined || row.clientId !== field('client_id')) return no(400, 'Invalid refresh token');
  const isPublic = state.apps.get(row.clientId)?.secret === null;
  if (row.used) state.reused.push(field('refresh_token'));
  if (row.used && isPublic) endAll(state, row);
  if (row.dead) return no(400, 'Invalid refresh token');
  Object.assign(row, { dead: true, used: true });
  const before = state.access.get(row.access);
  if (isPublic && before) before.dead = true;
  const { clientId, userId, scopes } = row;
  return given(state, { clientId, userId, scopes });
};

/** Of one person and application: what Twitch does when a public application's refresh token comes twice. */
function endAll(state: TwitchState, { clientId, userId }: Login): void {
  for (const row of [...state.access.values(), ...state.refresh.values()])
    if (row.clientId === clientId && row.userId === userId) row.dead = true;
}

const poll: Endpoint = (state, now, field) => {
  const row = state.devices.get(field('device_code'));
  if (row === undefined || row.state === 'used' || now > row.expiresAt) return no(400, 'invalid device code');
  if (row.state === 'pending') return no(400, 'authorization_pending');
  if (row.state === 'denied') return no(400, 'authorization_declined');
  const trouble = appTrouble(state, field);
  if (trouble) return trouble;
  const login = row.state;
  row.state = 'used';
  return given(state, login);
};

const exchange: Endpoint = (state, _now, field) => {
  const trouble = appTrouble(state, field);
  if (trouble) return trouble;
  const login = state.codes.get(field('code'));
  state.codes.delete(field('code'));
  return login ? given(state, login) : no(400, 'Invalid authorization code');
};

const app: Endpoint = (state, _now, field) => {
  const trouble = appTrouble(state, field);
  if (trouble) return trouble;
  return json(200, { access_token: state.secret('app'), expires_in: 5_000_000, token_type: 'bearer' });
};

const device: Endpoint = (state, now, field) => {
  if (!state.apps.has(field('client_id'))) return no(400, 'invalid client');
  const code = state.secret('device');
  const userCode = `CODE${state.devices.size + 1}`;
  const scopes = field('scopes').split(' ').filter(Boolean);
  const row = { clientId: field('client_id'), scopes, userCode, expiresAt: now + 1_800_000 };
  state.devices.set(code, { ...row, state: 'pending' });
  const verification_uri = `https://www.twitch.tv/activate?device-code=${userCode}`;
  return json(200, {
    device_code: code,
    expires_in: 1800,
    interval: 5,
    user_code: userCode,
    verification_uri,
  });
};

const validate: Endpoint = (state, now, _field, { headers }) => {
  const token = headers.authorization?.replace(/^OAuth /, '') ?? '';
  const row = state.access.get(token);
  if (row === undefined || row.dead || row.expiresAt <= now) return no(401, 'invalid access token');
  const { clientId, userId, scopes, expiresAt } = row;
  return json(200, {
    client_id: clientId,
    login: state.users.get(userId),
    scopes: scopes.length > 0 ? scopes : null,
    user_id: userId,
    expires_in: Math.floor((expiresAt - now) / 1000),
  });
};

const revoke: Endpoint = (state, _now, field) => {
  const row = state.access.get(field('token'));
  if (row === undefined || row.dead) return no(400, 'Invalid token');
  row.dead = true;
  return text(200, '');
};

/** The token a Helix call comes with, or Twitch's refusal of it. */
function helixRow(state: TwitchState, now: number, { headers }: HttpRequest): AccessRow | HttpReply {
  const row = state.access.get(headers.authorization?.replace(/^Bearer /, '') ?? '');
  if (row === undefined || row.dead || row.expiresAt <= now) return no(401, 'Invalid OAuth token');
  return row.clientId === headers['client-id'] ? row : no(401, 'Client ID and OAuth token do not match');
}

const streams: Endpoint = (state, now, _field, request) => {
  const found = helixRow(state, now, request);
  if ('kind' in found) return found;
  const asked = new URL(request.url).searchParams.getAll('user_id');
  const live = asked.filter((id) => state.live.has(id));
  return json(200, { data: live.map((user_id) => ({ user_id, type: 'live' })), pagination: {} });
};

const user: Endpoint = (state, now, _field, request) => {
  const found = helixRow(state, now, request);
  if ('kind' in found) return found;
  const { userId } = found;
  const login = state.users.get(userId);
  const profile = { display_name: login, profile_image_url: '', ...state.profiles.get(userId) };
  return json(200, { data: [{ id: userId, login, ...profile }] });
};

/** Twitch's answers when nothing goes wrong on the way. */
export const ENDPOINTS: Record<Kind, Endpoint> = {
  refresh,
  poll,
  exchange,
  app,
  device,
  validate,
  revoke,
  streams,
  user,
};
