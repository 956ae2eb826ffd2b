/** What a bot wants, as the approval window shows it: with all that the account's token can do by now. */
import type { ApprovalWantView } from '../../../shared/prompt-views.ts';
import { currentName } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { chooseScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Bots } from './bots.ts';
import type { Grant, Named } from './grants.ts';

/** One thing a program asks for as it pairs. Exactly one of `user` and `intent` is set. */
export interface PairingWant {
  user?: string | undefined;
  intent?: string | undefined;
  scopes?: string[][] | undefined;
}

/** What is known here, and the Twitch application whose tokens are asked for; null where there is none yet. */
export interface WantContext {
  accounts: Pick<Accounts, 'find' | 'get' | 'list' | 'loginsOf'>;
  bots: Pick<Bots, 'list'>;
  clientId: string | null;
}

/** What a program that pairs asks for, each account or job once. */
export function pairingWants(known: WantContext, wants: readonly PairingWant[]): ApprovalWantView[] {
  const views = new Map<string, ApprovalWantView>();
  for (const { user = null, intent = null, scopes = [] } of wants) {
    const userId = known.accounts.find({ userId: user, intent });
    const key = intent === null ? `user ${user}` : `intent ${intent}`;
    const before = views.get(key)?.scopes ?? [];
    const chosen = chooseScopes(scopes, grantedTo(known, userId));
    views.set(key, viewOf(known, { user, intent, userId }, unionScopes(before, chosen)));
  }
  return [...views.values()];
}

/** What a paired bot asks for of an account, or of whoever has the job by now. */
export function askedWant(known: WantContext, named: Named, scopes: string[]): ApprovalWantView {
  return { ...openWant(known, named, scopes), choices: [] };
}

/** The same for a job that nobody may have: she can give it to somebody. */
export function openWant(known: WantContext, named: Named, scopes: string[]): ApprovalWantView {
  const { userId: user, intent } = named;
  return viewOf(known, { user, intent, userId: known.accounts.find(named) }, scopes);
}

/** What a bot may use already. */
export function heldWants(known: WantContext, grants: readonly Grant[]): ApprovalWantView[] {
  return grants.map(({ userId: user, intent, scopes }) => {
    const userId = known.accounts.find({ userId: user, intent });
    return { ...viewOf(known, { user, intent, userId }, scopes), choices: [] };
  });
}

/** How a want names its account: a grant is kept on exactly that. Null for a user who isn't here. */
export function namedBy({ intent, account }: ApprovalWantView): Named | null {
  if (intent !== null) return { userId: null, intent };
  return account && { userId: account.userId, intent: null };
}

interface Wanted {
  user: string | null;
  intent: string | null;
  /** ID of the person it is about, who is here; null for nobody. */
  userId: string | null;
}

function viewOf(known: WantContext, { user, intent, userId }: Wanted, scopes: string[]): ApprovalWantView {
  const { accounts, bots } = known;
  const open = userId === null && intent !== null;
  return {
    app: false,
    intent,
    account: userId === null ? null : { userId, login: loginOf(accounts, userId) },
    absentUser: userId === null ? user : null,
    granted: grantedTo(known, userId),
    choices: open ? persons(known) : [],
    otherBots: open ? namesWith(bots, intent) : [],
    scopes,
    optional: [],
  };
}

/** What the person has let the application do; nothing while she has not signed in for it. */
function grantedTo({ accounts, clientId }: WantContext, userId: string | null): string[] {
  if (userId === null || clientId === null) return [];
  return accounts.get({ clientId, userId })?.tokens.scopes ?? [];
}

/** What to call a person in a window. */
export function loginOf(accounts: Pick<Accounts, 'loginsOf'>, userId: string): string {
  return currentName(accounts.loginsOf(userId)) ?? userId;
}

const namesWith = (bots: WantContext['bots'], intent: string): string[] =>
  bots
    .list()
    .filter(({ grants }) => grants.some((grant) => grant.intent === intent))
    .map(({ name }) => name);

function persons(known: WantContext): ApprovalWantView['choices'] {
  const ids = new Set(known.accounts.list().map(({ userId }) => userId));
  return [...ids].map((userId) => ({
    userId,
    login: loginOf(known.accounts, userId),
    granted: grantedTo(known, userId),
  }));
}
