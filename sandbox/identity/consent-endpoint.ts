import type { Answer } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import { consentPage } from '../pages/consent-page.ts';
import { messagePage } from '../pages/page.ts';
import { random } from '../random.ts';
import type { Account, Client } from '../state.ts';
import type { Endpoint, Twitch } from '../twitch.ts';

/** A question put to a person, and what to do with either answer. */
export interface Consent {
  readonly client: Client;
  readonly scopes: readonly string[];
  readonly userCode?: string;
  readonly leadsTo?: string;
  authorize(account: Account): Answer;
  cancel(): Answer;
}

/** The questions that wait for an answer. */
export interface Consents {
  /** Returns the ticket the form must bring back. */
  open(consent: Consent): string;
  peek(ticket: string): Consent | undefined;
  close(ticket: string): void;
}

/** Browsers are told apart by the account they used last. There is no password, so there is no session. */
const COOKIE = 'castkey_sandbox_account';
const LIFETIME = 1_800_000;

/** A place for open questions; each can be answered once, within half an hour. */
export function openConsents(now: () => number): Consents {
  const open = new Map<string, { readonly consent: Consent; readonly expiresAt: number }>();
  return {
    open: (consent) => {
      for (const [ticket, { expiresAt }] of open) if (expiresAt <= now()) open.delete(ticket);
      const ticket = random.ticket();
      open.set(ticket, { consent, expiresAt: now() + LIFETIME });
      return ticket;
    },
    peek: (ticket) => {
      const entry = open.get(ticket);
      return entry && entry.expiresAt > now() ? entry.consent : undefined;
    },
    close: (ticket) => {
      open.delete(ticket);
    },
  };
}

/** The ID of the account this browser used last, if it tells. */
export function accountOfBrowser(request: SandboxRequest): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=(\\d+)`).exec(request.header('cookie'))?.[1];
}

/** Shows the consent page and keeps the question until the form comes back. */
export function askForConsent(twitch: Twitch, request: SandboxRequest, consent: Consent): Answer {
  const { client, scopes, userCode, leadsTo } = consent;
  return consentPage({
    ticket: twitch.consents.open(consent),
    clientName: client.name,
    scopes,
    accounts: twitch.accounts.list(),
    chosen: accountOfBrowser(request),
    ...(userCode !== undefined && { userCode }),
    ...(leadsTo !== undefined && { leadsTo }),
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
