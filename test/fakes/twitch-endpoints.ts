import type { HttpReply, HttpRequest } from '../../electron/core/ports.ts';
import { json, no, text } from './replies.ts';
import type { Ledger, Login } from './twitch-ledger.ts';

/** What a request is for, told from its path and grant type. */
export type Kind = 'refresh' | 'poll' | 'exchange' | 'app' | 'device' | 'validate' | 'revoke';

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
  if (method === 'POST' && path === '/oauth2/device') return 'device';
  if (method === 'POST' && path === '/oauth2/revoke') return 'revoke';
  const grant = GRANTS[new URLSearchParams(body).get('grant_type') ?? ''];
  if (method === 'POST' && path === '/oauth2/token' && grant !== undefined) return grant;
  throw new Error(`an unexpected request: ${method} ${path}`);
}

type Fields = (name: string) => string;
type Endpoint = (ledger: Ledger, now: number, field: Fields, request: HttpRequest) => HttpReply;

function given(ledger: Ledger, login: Login): HttpReply {
  const { access, refresh } = ledger.pair(login);
  const scope = login.scopes.length > 0 ? { scope: login.scopes } : {};
  return json(200, {
    access_token: access,
    refresh_token: refresh,
    expires_in: ledger.lifetime,
    token_type: 'bearer',
    ...scope,
  });
}

/** The refusalOf of an application that is not as it should be; null when all is well. */
function appTrouble(ledger: Ledger, field: Fields): HttpReply | null {
  const app = ledger.apps.get(field('client_id'));
  if (app === undefined) return no(400, 'invalid client');
  if (app.secret === null) return null;
  if (field('client_secret') === '') return no(400, 'missing client secret');
  return field('client_secret') === app.secret ? null : no(403, 'invalid client secret');
}

const refresh: Endpoint = (ledger, _now, field) => {
  const trouble = appTrouble(ledger, field);
  if (trouble) return trouble;
  const row = ledger.refresh.get(field('refresh_token'));
  if (row === undefined || row.dead || row.clientId !== field('client_id'))
    return no(400, 'Invalid refresh token');
  row.dead = true;
  return given(ledger, row);
};

const poll: Endpoint = (ledger, now, field) => {
  const row = ledger.devices.get(field('device_code'));
  if (row === undefined || row.state === 'used' || now > row.expiresAt) return no(400, 'invalid device code');
  if (row.state === 'pending') return no(400, 'authorization_pending');
  if (row.state === 'denied') return no(400, 'authorization_declined');
  const trouble = appTrouble(ledger, field);
  if (trouble) return trouble;
  const login = row.state;
  row.state = 'used';
  return given(ledger, login);
};

const exchange: Endpoint = (ledger, _now, field) => {
  const trouble = appTrouble(ledger, field);
  if (trouble) return trouble;
  const login = ledger.codes.get(field('code'));
  ledger.codes.delete(field('code'));
  return login ? given(ledger, login) : no(400, 'Invalid authorization code');
};

const app: Endpoint = (ledger, _now, field) => {
  const trouble = appTrouble(ledger, field);
  if (trouble) return trouble;
  return json(200, { access_token: ledger.secret('app'), expires_in: 5_000_000, token_type: 'bearer' });
};

const device: Endpoint = (ledger, now, field) => {
  if (!ledger.apps.has(field('client_id'))) return no(400, 'invalid client');
  const code = ledger.secret('device');
  const userCode = `CODE${ledger.devices.size + 1}`;
  const scopes = field('scopes').split(' ').filter(Boolean);
  const row = { clientId: field('client_id'), scopes, userCode, expiresAt: now + 1_800_000 };
  ledger.devices.set(code, { ...row, state: 'pending' });
  const verification_uri = `https://www.twitch.tv/activate?device-code=${userCode}`;
  return json(200, {
    device_code: code,
    expires_in: 1800,
    interval: 5,
    user_code: userCode,
    verification_uri,
  });
};

const validate: Endpoint = (ledger, now, _field, { headers }) => {
  const token = headers.authorization?.replace(/^OAuth /, '') ?? '';
  const row = ledger.access.get(token);
  if (row === undefined || row.dead || row.expiresAt <= now) return no(401, 'invalid access token');
  const { clientId, userId, scopes, expiresAt } = row;
  return json(200, {
    client_id: clientId,
    login: ledger.users.get(userId),
    scopes: scopes.length > 0 ? scopes : null,
    user_id: userId,
    expires_in: Math.floor((expiresAt - now) / 1000),
  });
};

const revoke: Endpoint = (ledger, _now, field) => {
  const row = ledger.access.get(field('token'));
  if (row === undefined || row.dead) return no(400, 'Invalid token');
  row.dead = true;
  return text(200, '');
};

/** Twitch's answers when nothing goes wrong on the way. */
export const ENDPOINTS: Record<Kind, Endpoint> = { refresh, poll, exchange, app, device, validate, revoke };
