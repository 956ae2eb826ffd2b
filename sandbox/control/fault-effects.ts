import { STATUS_CODES } from 'node:http';
import type { Clock } from '../clock.ts';
import { type Answer, helixError, identityError, json } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import type { FaultEffect } from './faults.ts';

/** What is sent: an answer, a cut connection, or nothing for ever. */
export type Delivery = Answer | 'reset' | 'hang';

/** The request a fault applies to, and what it takes to carry it out. */
export interface FaultContext {
  readonly request: SandboxRequest;
  /** Carries the request out. */
  perform(): Answer;
  readonly delay: Clock['delay'];
}

const HTML =
  '<!doctype html><html><head><title>Service</title></head><body><h1>We will be right back</h1></body></html>';

function errorFor(
  { request }: FaultContext,
  status: number,
  message = STATUS_CODES[status] ?? 'Error',
): Answer {
  return (request.path.startsWith('/helix/') ? helixError : identityError)(status, message);
}

function withRetryAfter(answer: Answer, seconds: number | undefined): Answer {
  if (seconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}

/** Half of a JSON body with an honest length: the connection ends well, the text doesn't. */
function cutOff(answer: Answer): Answer {
  const body = answer.body.length > 0 ? answer.body : '{"access_token":"';
  return { ...answer, status: 200, body: body.slice(0, Math.ceil(body.length / 2)) };
}

/** A good answer with other members; `undefined` leaves one out. */
function changed(answer: Answer, fields: Readonly<Record<string, unknown>>): Answer {
  const isJson = answer.headers['content-type']?.startsWith('application/json') ?? false;
  if (answer.status !== 200 || !isJson) return answer;
  return { ...answer, body: JSON.stringify({ ...(JSON.parse(String(answer.body)) as object), ...fields }) };
}

/** Applies a fault. With `when: after` the request is carried out first, whatever becomes of its answer. */
export async function applyFault(effect: FaultEffect, context: FaultContext): Promise<Delivery> {
  const processed = 'when' in effect && effect.when === 'after' ? context.perform() : undefined;
  switch (effect.kind) {
    case 'status':
      return withRetryAfter(errorFor(context, effect.status, effect.message), effect.retryAfter);
    case 'html':
      return { status: effect.status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: HTML };
    case 'cut-off':
      return cutOff(processed ?? json(200, { access_token: '', expires_in: 0 }));
    case 'omit':
      return changed(context.perform(), { [effect.field]: undefined });
    case 'replace':
      return changed(context.perform(), effect.fields);
    case 'reset':
    case 'hang':
      return effect.kind;
    case 'slow':
      await context.delay(effect.ms);
      return context.perform();
    case 'invalid-refresh-token':
      return identityError(400, 'Invalid refresh token');
    case 'invalid-client':
      return identityError(400, 'invalid client');
    case 'missing-client-secret':
      return identityError(400, 'missing client secret');
  }
}
