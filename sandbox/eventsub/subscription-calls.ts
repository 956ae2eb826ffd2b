import { z } from 'zod';
import { moderates } from '../accounts.ts';
import type { HelixCall, HelixCaller } from '../helix/call.ts';
import { type Answer, accept, empty, helixError, json, type Outcome, refuse } from '../http/answer.ts';
import type { Twitch } from '../twitch.ts';
import { EVENT_TYPES, type EventType } from './event-types.ts';
import type { EventSubSession } from './sessions.ts';
import { type Subscription, subscriptionView } from './subscriptions.ts';

/** Twitch docs, EventSub, "WebSocket limits": for one application and user. */
const LIMITS = { connections: 3, onOneConnection: 300, alike: 3, cost: 10 } as const;

const wanted = z.object({
  type: z.string(),
  version: z.string(),
  condition: z.record(z.string(), z.string()),
  transport: z.object({ method: z.literal('websocket'), session_id: z.string() }),
});
type Wanted = z.output<typeof wanted>;

const alike = (one: Pick<Subscription, 'type' | 'condition'>, { type, condition }: Wanted): boolean =>
  one.type === type &&
  Object.entries(one.condition).every(([field, value]) => (condition[field] ?? '') === value);

const mine = (twitch: Twitch, { token, userId }: HelixCaller): Subscription[] =>
  twitch.eventsub.subscriptions
    .list()
    .filter((one) => one.clientId === token.clientId && one.userId === userId);

const costOf = (all: readonly Subscription[]): number =>
  all.filter(({ status }) => status === 'enabled').reduce((sum, { cost }) => sum + cost, 0);

function checkCondition(twitch: Twitch, asked: Wanted): Outcome<EventType> {
  const known = Object.hasOwn(EVENT_TYPES, asked.type) ? EVENT_TYPES[asked.type] : undefined;
  if (!known || known.version !== asked.version) {
    return refuse(helixError(400, 'invalid subscription type and version'));
  }
  const { either = [] } = known;
  const given = either.filter((field) => asked.condition[field]);
  if (either.length > 0 && given.length !== 1)
    return refuse(helixError(400, `invalid condition: exactly one of ${either.join(', ')}`));
  const missing = [...known.condition, ...given].find(
    (field) => !twitch.accounts.byId(asked.condition[field] ?? ''),
  );
  if (missing !== undefined) return refuse(helixError(400, `invalid condition: ${missing}`));
  return accept(known);
}

/** The condition as Twitch repeats it: every field there is, those not given empty. */
function conditionOf(type: EventType, { condition }: Wanted): Record<string, string> {
  const fields = [...type.condition, ...(type.either ?? []), ...(type.optional ?? [])];
  return Object.fromEntries(fields.map((field) => [field, condition[field] ?? '']));
}

/** A missing scope is a 403 here, other than in the rest of Helix. */
function isAuthorized(type: EventType, { condition }: Wanted, { token, userId }: HelixCaller): boolean {
  const { authorization, moderator } = type;
  if (!authorization) return true;
  const person = condition[authorization.by];
  const allowed = !moderator || moderates(person ?? '', condition.broadcaster_user_id ?? '');
  return allowed && person === userId && authorization.scopes.some((scope) => token.scopes.includes(scope));
}

function refuseMore(
  all: readonly Subscription[],
  session: EventSubSession,
  asked: Wanted,
): Answer | undefined {
  const enabled = all.filter(({ status }) => status === 'enabled');
  const here = enabled.filter(({ sessionId }) => sessionId === session.id);
  if (here.some((one) => alike(one, asked))) return helixError(409, 'subscription already exists');
  const connections = new Set([...enabled.map(({ sessionId }) => sessionId), session.id]);
  if (connections.size > LIMITS.connections) {
    return helixError(429, 'number of websocket transports limit exceeded');
  }
  if (enabled.filter((one) => alike(one, asked)).length >= LIMITS.alike) {
    return helixError(429, 'maximum subscriptions with type and condition exceeded');
  }
  const full = here.length >= LIMITS.onOneConnection;
  return full ? helixError(429, 'number of websocket subscriptions limit exceeded') : undefined;
}

const report = (all: readonly Subscription[], shown: readonly Subscription[]) => ({
  data: shown.map(subscriptionView),
  total: all.length,
  total_cost: costOf(all),
  max_total_cost: LIMITS.cost,
});

/** `POST /helix/eventsub/subscriptions`. Of the transports only the WebSocket; it takes a user's token. */
export const subscribe: HelixCall = {
  scopes: [],
  run: (twitch, request, caller) => {
    const { eventsub, accounts, tokens } = twitch;
    const parsed = wanted.safeParse(request.json());
    if (!parsed.success) return helixError(400, z.prettifyError(parsed.error));
    if (caller.userId === null) return helixError(400, 'invalid transport and auth combination');
    const asked = parsed.data;
    const type = checkCondition({ ...twitch, accounts }, asked);
    if (!type.ok) return type.answer;
    const session = eventsub.sessions.get(asked.transport.session_id);
    if (!session)
      return helixError(400, 'websocket transport session does not exist or has already disconnected');
    const owner = eventsub.list().find(({ id }) => id === session.id)?.userId ?? caller.userId;
    if (owner !== caller.userId) {
      return helixError(400, 'websocket transport cannot have subscriptions created by different users');
    }
    if (!isAuthorized(type.value, asked, caller)) {
      return helixError(403, 'subscription missing proper authorization');
    }
    const all = mine(twitch, caller);
    const { clientId } = caller.token;
    const people = [...type.value.condition, ...(type.value.either ?? [])].map(
      (field) => asked.condition[field],
    );
    const free = people.some((id) => tokens.granted(clientId, id ?? '')) || type.value.authorization;
    const cost = free ? 0 : 1;
    const refusal = refuseMore(all, session, asked);
    if (refusal) return refusal;
    if (costOf(all) + cost > LIMITS.cost) return helixError(429, 'subscription cost limit exceeded');
    const condition = conditionOf(type.value, asked);
    const subscription = eventsub.subscriptions.add({
      ...{ type: asked.type, version: asked.version, condition, clientId, userId: caller.userId, cost },
      ...{ token: caller.token, sessionId: session.id, connectedAt: session.connectedAt },
      createdAt: twitch.now(),
    });
    session.used = true;
    return json(202, report([...all, subscription], [subscription]));
  },
};

/** `GET /helix/eventsub/subscriptions`: one's own, those that have ended too; filters by status, type or ID. */
export const subscriptionList: HelixCall = {
  scopes: [],
  run: (twitch, { query }, caller) => {
    const all = mine(twitch, caller);
    const shown = all.filter(
      (one) =>
        (query.get('status') ?? one.status) === one.status &&
        (query.get('type') ?? one.type) === one.type &&
        (query.get('subscription_id') ?? one.id) === one.id,
    );
    return json(200, { ...report(all, shown), pagination: {} });
  },
};

/** `DELETE /helix/eventsub/subscriptions`. */
export const unsubscribe: HelixCall = {
  scopes: [],
  run: (twitch, { query }, caller) => {
    const id = query.get('id');
    if (!id) return helixError(400, 'Missing required parameter "id"');
    const found = mine(twitch, caller).some((one) => one.id === id);
    if (!found || !twitch.eventsub.subscriptions.remove(id)) return helixError(404, 'subscription not found');
    return empty(204);
  },
};
