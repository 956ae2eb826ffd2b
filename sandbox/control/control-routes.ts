import { z } from 'zod';
import { type Answer, empty, identityError, json } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import type { Control } from './control.ts';
import { faultSchema } from './faults.ts';

type ControlRoute = (control: Control, input: unknown) => unknown;

/** Checks what came before the control sees it. */
function route<S extends z.ZodType>(
  schema: S,
  run: (control: Control, input: z.output<S>) => unknown,
): ControlRoute {
  return (control, input) => run(control, schema.parse(input));
}

const whose = { clientId: z.string().optional(), user: z.string().optional() };
const filter = z.object({
  method: z.string().optional(),
  path: z.string().optional(),
  clientId: z.string().optional(),
  grantType: z.string().optional(),
  status: z.coerce.number().int().optional(),
});
const newAccount = z.strictObject({
  login: z.string(),
  displayName: z.string().max(50).optional(),
  id: z.string().optional(),
  role: z.string().max(100).optional(),
});
const newClient = z.strictObject({
  kind: z.enum(['public', 'confidential']),
  clientId: z.string().optional(),
  clientSecret: z.string().min(1).optional(),
  redirectUris: z.array(z.string()).max(10).optional(),
  name: z.string().max(100).optional(),
});
const settings = z.strictObject({
  tokenLifetime: z.number().int().positive().optional(),
  refreshKillsOld: z.boolean().optional(),
  reuseEndsAll: z.boolean().optional(),
  rateLimit: z.number().int().positive().optional(),
});
const words = z.strictObject({ channel: z.string(), user: z.string(), text: z.string().min(1).max(500) });
const which = z.strictObject({ kind: z.enum(['chat', 'eventsub']).optional(), user: z.string().optional() });
const refusal = z.strictObject({
  times: z.union([z.number().int().nonnegative(), z.literal('all')]).default(1),
  notice: z.string().max(200).optional(),
});
const happening = z.strictObject({
  type: z.string(),
  channel: z.string().optional(),
  user: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});
const consent = z.strictObject({ userCode: z.string(), user: z.string().nullable() });

const changeSettings = (control: Control, wanted: z.output<typeof settings>): void => {
  if (wanted.tokenLifetime !== undefined) control.setTokenLifetime(wanted.tokenLifetime);
  if (wanted.refreshKillsOld !== undefined) control.setRefreshKillsOld(wanted.refreshKillsOld);
  if (wanted.reuseEndsAll !== undefined) control.setReuseEndsAll(wanted.reuseEndsAll);
  if (wanted.rateLimit !== undefined) control.setRateLimit(wanted.rateLimit);
};

const CONTROL_ROUTES: ReadonlyMap<string, ControlRoute> = new Map([
  ['GET /sandbox/state', (control) => control.state()],
  ['GET /sandbox/twitch', (control) => control.twitch()],
  ['GET /sandbox/chat', (control) => control.chatMessages()],
  [
    'POST /sandbox/chat',
    route(words, (control, { channel, user, text }) => control.say(channel, user, text)),
  ],
  [
    'POST /sandbox/chat/refuse',
    route(refusal, (control, { times, notice }) =>
      control.refuseLogins(times === 0 ? null : { times, ...(notice !== undefined && { notice }) }),
    ),
  ],
  ['GET /sandbox/events', (control) => control.eventTypes()],
  [
    'POST /sandbox/events',
    route(happening, (control, input) => ({ type: input.type, heard: control.event(input) })),
  ],
  [
    'POST /sandbox/follow',
    route(z.strictObject({ channel: z.string(), user: z.string() }), (control, { channel, user }) => ({
      heard: control.follow(channel, user),
    })),
  ],
  [
    'POST /sandbox/live',
    route(z.strictObject({ user: z.string(), live: z.boolean() }), (control, { user, live }) => ({
      heard: control.setLive(user, live),
    })),
  ],
  ['GET /sandbox/connections', (control) => control.connections()],
  ['POST /sandbox/connections/drop', route(which, (control, input) => ({ dropped: control.drop(input) }))],
  [
    'POST /sandbox/connections/reconnect',
    route(which.extend({ within: z.number().nonnegative().max(3600).optional() }), (control, input) => ({
      asked: control.requestReconnect(input),
    })),
  ],
  [
    'GET /sandbox/requests',
    route(filter, (control, input) => ({
      counts: control.requestCounts(),
      requests: control.requests(input),
    })),
  ],
  ['DELETE /sandbox/requests', (control) => control.clearRequests()],
  ['GET /sandbox/faults', (control) => control.faults()],
  ['POST /sandbox/faults', route(faultSchema, (control, fault) => ({ id: control.addFault(fault) }))],
  [
    'DELETE /sandbox/faults',
    route(z.object({ id: z.string().optional() }), (control, { id }) => ({
      cleared: control.clearFaults(id),
    })),
  ],
  ['POST /sandbox/accounts', route(newAccount, (control, account) => control.createAccount(account))],
  [
    'POST /sandbox/accounts/rename',
    route(z.strictObject({ user: z.string(), login: z.string() }), (control, { user, login }) =>
      control.renameAccount(user, login),
    ),
  ],
  ['POST /sandbox/clients', route(newClient, (control, client) => control.createClient(client))],
  [
    'POST /sandbox/consent',
    route(consent, (control, { userCode, user }) =>
      user === null ? control.declineDevice(userCode) : control.approveDevice(userCode, user),
    ),
  ],
  [
    'POST /sandbox/expire',
    route(z.strictObject({ ...whose, token: z.string().optional() }), (control, { token, ...rest }) => ({
      expired: token === undefined ? control.expireTokens(rest) : Number(control.expireToken(token)),
    })),
  ],
  [
    'POST /sandbox/disconnect',
    route(z.strictObject(whose), (control, input) => ({ disconnected: control.disconnect(input) })),
  ],
  [
    'POST /sandbox/scopes',
    route(z.strictObject({ ...whose, scopes: z.array(z.string()) }), (control, { scopes, ...rest }) => ({
      touched: control.shrinkScopes(rest, scopes),
    })),
  ],
  ['POST /sandbox/settings', route(settings, changeSettings)],
]);

/**
 * Whether a page of another site may be behind this. A browser can't send JSON across origins without
 * asking first, and nobody here says yes.
 */
function isCrossSite(request: SandboxRequest): boolean {
  const origin = request.header('origin');
  return (
    (origin !== '' && origin !== request.origin) ||
    /^(?:cross|same)-site$/.test(request.header('sec-fetch-site'))
  );
}

const isJson = (request: SandboxRequest): boolean =>
  request.header('content-type').startsWith('application/json');

/** Carries out a request under `/sandbox/`; JSON goes in and comes out, errors as `{status, message}`. */
export function controlAnswer(control: Control, request: SandboxRequest): Answer {
  if (isCrossSite(request)) return identityError(403, 'not from other sites');
  const run = CONTROL_ROUTES.get(`${request.method} ${request.path}`);
  if (!run) return identityError(404, 'no such control');
  const posted = request.method === 'POST';
  if (posted && !isJson(request)) return identityError(415, 'send application/json');
  try {
    const result = run(control, posted ? request.json() : Object.fromEntries(request.query));
    return result === undefined ? empty(204) : json(200, result);
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return identityError(400, message);
  }
}
