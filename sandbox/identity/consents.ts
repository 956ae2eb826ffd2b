import type { Answer } from '../http/answer.ts';
import { random } from '../random.ts';
import type { Account, Client } from '../state.ts';

/** A request for consent put to a person, and the answer to either decision. */
export interface Consent {
  readonly client: Client;
  readonly scopes: readonly string[];
  readonly userCode?: string;
  readonly redirectOrigin?: string;
  authorize(account: Account): Answer;
  cancel(): Answer;
}

/** The requests for consent that wait for a decision. */
export interface Consents {
  /** Returns the ticket the form must bring back. */
  open(consent: Consent): string;
  peek(ticket: string): Consent | undefined;
  close(ticket: string): void;
}

const LIFETIME_MS = 1_800_000;

/** No requests yet; each can be decided once, within half an hour. They don't outlive a restart. */
export function openConsents(now: () => number): Consents {
  const open = new Map<string, { readonly consent: Consent; readonly expiresAt: number }>();
  return {
    open: (consent) => {
      for (const [ticket, { expiresAt }] of open) if (expiresAt <= now()) open.delete(ticket);
      const ticket = random.ticket();
      open.set(ticket, { consent, expiresAt: now() + LIFETIME_MS });
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
