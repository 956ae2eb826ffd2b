import { SCOPES } from '../../shared/scopes.ts';
import { type Answer, accept, identityError, type Outcome, refuse } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import { consentPage } from '../pages/consent-page.ts';
import { messagePage } from '../pages/page.ts';
import type { Endpoint, Twitch } from '../twitch.ts';
import type { Consent } from './consents.ts';

/** Browsers are told apart by the account they used last. There is no password, so there is no session. */
const COOKIE = 'castkey_sandbox_account';

const KNOWN_SCOPES = new Set(SCOPES.map(({ scope }) => scope));

/**
 * The scopes of a request, in order and without repeats. One that Twitch doesn't know is refused, so
 * that a rehearsal catches a misspelt one: at the vault an unknown scope passes, at Twitch it never did.
 */
export function readScopes(list: string): Outcome<string[]> {
  const scopes = [...new Set(list.split(/\s+/).filter(Boolean))];
  const unknown = scopes.find((scope) => !KNOWN_SCOPES.has(scope));
  if (unknown !== undefined) return refuse(identityError(400, `invalid scope requested: '${unknown}'`));
  return accept(scopes);
}

/** The ID of the account this browser used last, if it tells. */
export function accountOfBrowser(request: SandboxRequest): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=(\\d+)`).exec(request.header('cookie'))?.[1];
}

/** The consent page; what is asked is kept until its form comes back. */
export function askForConsent(twitch: Twitch, request: SandboxRequest, consent: Consent): Answer {
  const { client, scopes, userCode, redirectOrigin } = consent;
  return consentPage({
    ticket: twitch.consents.open(consent),
    clientName: client.name,
    scopes,
    accounts: twitch.accounts.list(),
    chosen: accountOfBrowser(request),
    ...(userCode !== undefined && { userCode }),
    ...(redirectOrigin !== undefined && { redirectOrigin }),
  });
}

function fromOwnPage(request: SandboxRequest): boolean {
  const origin = request.header('origin');
  return origin === '' || origin === request.origin;
}

/**
 * `POST /consent`: the answer to a consent page. The ticket can't be guessed nor read across origins,
 * and a browser names the form's origin: together they keep other sites from consenting for a person.
 */
export const consentEndpoint: Endpoint = (twitch, request) => {
  if (!fromOwnPage(request)) return messagePage('bad', 'Refused', 'This form came from another site.', 403);
  const ticket = request.param('ticket');
  const consent = twitch.consents.peek(ticket);
  if (!consent) {
    return messagePage('bad', 'This page is used up', 'Go back to Castkey and start again.', 400);
  }
  const decision = request.param('decision');
  const account = twitch.accounts.byId(request.param('account'));
  if (decision === 'cancel') {
    twitch.consents.close(ticket);
    return consent.cancel();
  }
  if (decision !== 'authorize' || !account) {
    return messagePage(
      'bad',
      'Choose an account first',
      'Go back one page, choose an account and try again.',
      400,
    );
  }
  twitch.consents.close(ticket);
  const answer = consent.authorize(account);
  const cookie = `${COOKIE}=${account.id}; Path=/; HttpOnly; SameSite=Lax`;
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
};
