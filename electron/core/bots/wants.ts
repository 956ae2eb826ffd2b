/** What a bot wants, as the approval window shows it: with all that the account's token can do by now. */
import type { ApprovalWantView } from '../../../shared/prompt-views.ts';
import type { Account } from '../accounts/account.ts';
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

/** What is known here. */
interface Known {
  accounts: Pick<Accounts, 'find' | 'list'>;
  bots: Pick<Bots, 'list'>;
}

/** What a program that pairs asks for, each account or job once. */
export function pairingWants(known: Known, wants: readonly PairingWant[]): ApprovalWantView[] {
  const views = new Map<string, ApprovalWantView>();
  for (const { user = null, intent = null, scopes = [] } of wants) {
    const account = known.accounts.find({ userId: user, intent });
    const key = intent === null ? `user ${user}` : `intent ${intent}`;
    const before = views.get(key)?.scopes ?? [];
    const chosen = chooseScopes(scopes, account?.tokens.scopes ?? []);
    views.set(key, viewOf(known, { user, intent, account }, unionScopes(before, chosen)));
  }
  return [...views.values()];
}

/** What a paired bot asks for of an account, or of whoever has the job by now. */
export function askedWant(known: Known, { userId, intent }: Named, scopes: string[]): ApprovalWantView {
  const account = known.accounts.find({ userId, intent });
  return { ...viewOf(known, { user: userId, intent, account }, scopes), choices: [] };
}

/** What a bot may use already. */
export function heldWants(known: Known, grants: readonly Grant[]): ApprovalWantView[] {
  return grants.map((grant) => {
    const account = known.accounts.find(grant);
    const { userId: user, intent, scopes } = grant;
    return { ...viewOf(known, { user, intent, account }, scopes), choices: [] };
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
  account: Account | null;
}

function viewOf(
  { accounts, bots }: Known,
  { user, intent, account }: Wanted,
  scopes: string[],
): ApprovalWantView {
  const open = account === null && intent !== null;
  return {
    app: false,
    intent,
    account: account && { userId: account.userId, login: account.login },
    absentUser: account === null ? user : null,
    granted: account?.tokens.scopes ?? [],
    choices: open ? accounts.list().map(choiceOf) : [],
    otherBots: open ? namesWith(bots, intent) : [],
    scopes,
    optional: [],
  };
}

const namesWith = (bots: Known['bots'], intent: string): string[] =>
  bots
    .list()
    .filter(({ grants }) => grants.some((grant) => grant.intent === intent))
    .map(({ name }) => name);

const choiceOf = ({ userId, login, tokens }: Account): ApprovalWantView['choices'][number] => ({
  userId,
  login,
  granted: tokens.scopes,
});
