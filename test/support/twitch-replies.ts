import type { HttpReply } from '../../electron/core/ports.ts';

/** An answer as Twitch gives it: JSON, and the headers named. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpReply {
  return text(status, JSON.stringify(body), headers);
}

/** Twitch's way to say no. */
export function no(status: number, message: string): HttpReply {
  return json(status, { status, message });
}

/** An answer with this very body. */
export function text(status: number, body: string, headers: Record<string, string> = {}): HttpReply {
  return { kind: 'answer', status, header: (name) => headers[name.toLowerCase()] ?? null, body };
}

/** No answer. `sent`: Twitch may have got the request. */
export function failure(cause: string, sent: boolean): HttpReply {
  return { kind: 'failure', sent, cause };
}

/** What comes in place of what Twitch would say; `real` lets it happen at Twitch all the same. */
export type Fault = (real: () => HttpReply) => HttpReply;

export const offline: Fault = () => failure('ENOTFOUND', false);
/** Something on the streamer's side stands in the way. */
export const shutIn: Fault = () => ({
  kind: 'failure',
  sent: false,
  cause: 'the proxy at office:3128 asks for a password',
  advice: 'Name it with both.',
});
/** Twitch does it, and the answer is lost on the way. */
export const lostAnswer: Fault = (real) => {
  real();
  return failure('ECONNRESET', true);
};
export const neverArrived: Fault = () => failure('ETIMEDOUT', true);
/** That answer, and nothing happens at Twitch. */
export const answers =
  (reply: HttpReply): Fault =>
  () =>
    reply;
