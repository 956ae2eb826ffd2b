import { type Answer, accept, helixError, type Outcome, refuse } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import type { Bucket } from '../rate-limits.ts';
import type { AccessToken } from '../state.ts';
import type { Endpoint, Twitch } from '../twitch.ts';

/** Who calls: the token, and its user's ID unless it is an app token. */
export interface HelixCaller {
  readonly token: AccessToken;
  readonly userId: string | null;
}

/** One Helix endpoint, called once token, client ID and rate limit are checked. */
export interface HelixCall {
  /** Any one of these is enough. None: every token will do, an app token too. */
  readonly scopes: readonly string[];
  run(twitch: Twitch, request: SandboxRequest, caller: HelixCaller): Answer;
}

function identifyCaller(twitch: Twitch, request: SandboxRequest): Outcome<HelixCaller> {
  const raw = /^bearer +(\S+)$/i.exec(request.header('authorization'))?.[1];
  if (raw === undefined) return refuse(helixError(401, 'OAuth token is missing'));
  const token = twitch.tokens.find(raw);
  if (!token) return refuse(helixError(401, 'Invalid OAuth token'));
  const clientId = request.header('client-id');
  if (!clientId) return refuse(helixError(401, 'Client ID is missing'));
  if (clientId !== token.clientId) return refuse(helixError(401, 'Client ID and OAuth token do not match'));
  return accept({ token, userId: token.userId });
}

function refuseScopes(call: HelixCall, { token, userId }: HelixCaller): Answer | undefined {
  if (call.scopes.length === 0) return undefined;
  if (userId === null) return helixError(401, 'Missing User OAUTH Token');
  if (call.scopes.some((scope) => token.scopes.includes(scope))) return undefined;
  return helixError(401, `Missing scope: ${call.scopes.join(' or ')}`);
}

/**
 * Twurple's limiter hangs without these: it takes a missing header for no slots left
 * (@d-fischer/rate-limiter).
 */
function withRateLimit(answer: Answer, { limit, remaining, reset }: Bucket): Answer {
  const headers = {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(reset),
  };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/**
 * An endpoint out of a call: token, client ID, rate limit and scope are checked in this order, so a
 * missing scope is a 401 like an expired token (and programs must tell them apart by the message).
 */
export function helixEndpoint(call: HelixCall): Endpoint {
  return (twitch, request) => {
    const caller = identifyCaller(twitch, request);
    if (!caller.ok) return caller.answer;
    const bucket = twitch.rateLimits.take(caller.value.token.clientId, caller.value.userId);
    const answer = bucket.allowed
      ? (refuseScopes(call, caller.value) ?? call.run(twitch, request, caller.value))
      : helixError(429, 'Too Many Requests');
    return withRateLimit(answer, bucket);
  };
}
