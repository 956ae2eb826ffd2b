import { type Answer, identityError, redirect } from '../http/answer.ts';
import type { Account, Client } from '../state.ts';
import type { Endpoint, Twitch } from '../twitch.ts';
import { accountOfBrowser, askForConsent, readScopes } from './consent-endpoint.ts';

const MISMATCH = 'Parameter redirect_uri does not match registered URI';

/**
 * Twitch registers https addresses and `http://localhost` only (twitchdev/issues#342, #1041). The host
 * is held to plain letters because it ends up in the page's CSP, where a `;` would start a directive.
 */
function canRegister(redirectUri: string): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname } = new URL(redirectUri);
  if (!/^[a-z0-9.-]+$/.test(hostname) || /\.(?:localhost|local)$/.test(hostname)) return false;
  return protocol === 'https:' || (protocol === 'http:' && hostname === 'localhost');
}

function withParams(uri: string, params: Readonly<Record<string, string>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

/** An application without a registered URI registers the first it uses. */
function registeredUri(client: Client, wanted: string): string | undefined {
  if (client.redirectUris.length === 0 && canRegister(wanted)) client.redirectUris.push(wanted);
  return client.redirectUris[0];
}

interface CodeRequest {
  readonly client: Client;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly state: Readonly<Record<string, string>>;
}

const sendCode = (
  twitch: Twitch,
  { client, scopes, redirectUri, state }: CodeRequest,
  account: Account,
): Answer => {
  const code = twitch.authorizationCodes.issue({
    clientId: client.clientId,
    redirectUri,
    userId: account.id,
    scopes,
  });
  return redirect(withParams(redirectUri, { code, scope: scopes.join(' '), ...state }));
};

const sendDenial = ({ redirectUri, state }: CodeRequest): Answer =>
  redirect(
    withParams(redirectUri, {
      error: 'access_denied',
      error_description: 'The user denied you access',
      ...state,
    }),
  );

/** The account to go on with unasked: the browser's, when it has granted all of this before. */
function returningAccount(
  twitch: Twitch,
  asked: CodeRequest,
  browser: string | undefined,
): Account | undefined {
  const account = twitch.accounts.byId(browser ?? '');
  const granted = account && twitch.tokens.granted(asked.client.clientId, account.id);
  return granted && asked.scopes.every((scope) => granted.has(scope)) ? account : undefined;
}

/**
 * `GET /oauth2/authorize`, authorization code only: the implicit flow gives tokens that can't be
 * refreshed, and Castkey has no use for them.
 */
export const authorizeEndpoint: Endpoint = (twitch, request) => {
  const known = twitch.clients.identify(request);
  if (!known.ok) return known.answer;
  const client = known.value;
  if (client.kind === 'undecided') client.kind = 'confidential';
  const redirectUri = request.param('redirect_uri');
  const registered = registeredUri(client, redirectUri);
  if (registered === undefined) return identityError(400, MISMATCH);
  const state: Record<string, string> = request.query.has('state') ? { state: request.param('state') } : {};
  // To the first registered URI, not to the one that was asked for (twitchdev/issues#762).
  if (!client.redirectUris.includes(redirectUri)) {
    return redirect(
      withParams(registered, { error: 'redirect_mismatch', error_description: MISMATCH, ...state }),
    );
  }
  if (request.param('response_type') !== 'code') {
    return redirect(withParams(redirectUri, { error: 'unsupported_response_type', ...state }));
  }
  const scopes = readScopes(request.param('scope'));
  if (!scopes.ok) return scopes.answer;
  const asked: CodeRequest = { client, scopes: scopes.value, redirectUri, state };
  const forced = request.param('force_verify') === 'true';
  const returning = forced ? undefined : returningAccount(twitch, asked, accountOfBrowser(request));
  if (returning) return sendCode(twitch, asked, returning);
  return askForConsent(twitch, request, {
    client,
    scopes: scopes.value,
    redirectOrigin: new URL(redirectUri).origin,
    authorize: (account) => sendCode(twitch, asked, account),
    cancel: () => sendDenial(asked),
  });
};
