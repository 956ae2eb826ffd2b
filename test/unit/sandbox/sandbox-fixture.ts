import { expect, onTestFinished } from 'vitest';
import {
  SANDBOX_CONFIDENTIAL_CLIENT,
  SANDBOX_PUBLIC_CLIENT,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../../sandbox/server.ts';
import { LUNA } from '../../support/people.ts';

/** An answer, read whole. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, or undefined. */
  readonly body: Record<string, unknown> | undefined;
}

/** A sandbox with a clock that stands still, closed when the test ends. */
export interface SandboxFixture {
  readonly sandbox: Sandbox;
  advance(seconds: number): void;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** Posts a form. */
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Reply>;
  /** Posts JSON. */
  send(path: string, value: unknown, headers?: Record<string, string>, method?: string): Promise<Reply>;
}

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
export const PUBLIC = { client_id: SANDBOX_PUBLIC_CLIENT.clientId };
export const CONFIDENTIAL = {
  client_id: SANDBOX_CONFIDENTIAL_CLIENT.clientId,
  client_secret: SANDBOX_CONFIDENTIAL_CLIENT.clientSecret,
};
export const REDIRECT = 'http://localhost:3999/callback';

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  let body: Record<string, unknown> | undefined;
  try {
    body = isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, text, body };
}

export async function startFixture(options: SandboxOptions = {}): Promise<SandboxFixture> {
  let time = Date.UTC(2026, 0, 1);
  const sandbox = await startSandbox({ now: () => time, ...options });
  onTestFinished(() => sandbox.close());
  const call = async (path: string, init: RequestInit): Promise<Reply> =>
    read(await fetch(new URL(path, sandbox.url), { redirect: 'manual', ...init }));
  return {
    sandbox,
    advance: (seconds) => {
      time += seconds * 1000;
    },
    get: (path, headers = {}) => call(path, { headers }),
    post: (path, fields, headers = {}) =>
      call(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
    send: (path, value, headers = {}, method = 'POST') =>
      call(path, {
        method,
        body: JSON.stringify(value),
        headers: { 'content-type': 'application/json', ...headers },
      }),
  };
}

/** A field of a JSON answer that must be text. */
export function text(reply: Reply, field: string): string {
  const value = reply.body?.[field];
  if (typeof value !== 'string') throw new Error(`no ${field} in ${reply.status} ${reply.text}`);
  return value;
}

/** A token pair by the device code flow, consented to by the control. */
export async function signIn(
  fixture: SandboxFixture,
  {
    client = PUBLIC,
    user = LUNA,
    scopes = 'chat:read chat:edit',
  }: { client?: object; user?: string; scopes?: string } = {},
): Promise<Reply> {
  const started = await fixture.post('/oauth2/device', { ...client, scopes });
  fixture.sandbox.control.approveDevice(text(started, 'user_code'), user);
  const device_code = text(started, 'device_code');
  const reply = await fixture.post('/oauth2/token', { ...client, grant_type: DEVICE_GRANT, device_code });
  expect(reply.status).toBe(200);
  return reply;
}

export function refresh(
  fixture: SandboxFixture,
  refreshToken: string,
  client: object = PUBLIC,
): Promise<Reply> {
  return fixture.post('/oauth2/token', {
    ...client,
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
}

export function validate(fixture: SandboxFixture, accessToken: string): Promise<Reply> {
  return fixture.get('/oauth2/validate', { authorization: `OAuth ${accessToken}` });
}

/** Headers of a Helix call. */
export function bearer(accessToken: string, clientId: string = PUBLIC.client_id): Record<string, string> {
  return { authorization: `Bearer ${accessToken}`, 'client-id': clientId };
}

/** The hidden ticket of a consent page. */
export function ticketOf(page: Reply): string {
  const ticket = /name="ticket" value="(\w+)"/.exec(page.text)?.[1];
  if (ticket === undefined) throw new Error(`no ticket on the page: ${page.status}`);
  return ticket;
}
