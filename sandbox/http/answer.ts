import { STATUS_CODES } from 'node:http';

/** What goes back over HTTP, whole: the sandbox never streams. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Either the thing asked for, or the answer that refuses it. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly answer: Answer };

/** The good half of an `Outcome`. */
export function accept<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** The refusing half of an `Outcome`. */
export function refuse(answer: Answer): { readonly ok: false; readonly answer: Answer } {
  return { ok: false, answer };
}

/** A JSON answer. Tokens travel in these, hence `no-store` (RFC 6749, 5.1). */
export function json(status: number, value: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}

/** An answer that is its status: 200 of a revocation, 204 of a Helix change. */
export function empty(status: number): Answer {
  return { status, headers: {}, body: '' };
}

/** Sends the browser elsewhere; 303 makes it a GET also after a form was posted. */
export function redirect(location: string): Answer {
  return { status: 303, headers: { location, 'cache-control': 'no-store' }, body: '' };
}

/** An error of id.twitch.tv. It has no `error` member, unlike Helix and unlike RFC 6749. */
export function identityError(status: number, message: string): Answer {
  return json(status, { status, message });
}

/** An error of api.twitch.tv: like the identity host's, with the status in words as `error`. */
export function helixError(status: number, message: string): Answer {
  return json(status, { error: STATUS_CODES[status] ?? 'Error', status, message });
}
