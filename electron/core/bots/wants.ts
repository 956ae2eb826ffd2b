/** What a bot wants, as the approval window shows it: with all that the account's token can do by now. */
import type { ApprovalWantView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { chooseScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Grant, Named } from './grants.ts';

/** One thing a program asks for as it pairs. Exactly one of `user` and `intent` is set. */
export interface PairingWant {
  user?: string | undefined;
  intent?: string | undefined;
  scopes?: string[][] | undefined;
}

type Found = Pick<Accounts, 'find' | 'list'>;

/** What a program that pairs asks for, each account or job once. */
export function pairingWants(accounts: Found, wants: readonly PairingWant[]): ApprovalWantView[] {
  const views = new Map<string, ApprovalWantView>();
  for (const { user = null, intent = null, scopes = [] } of wants) {
    const account = accounts.find({ userId: user, intent });
    const key = intent === null ? `user ${user}` : `intent ${intent}`;
    const known = views.get(key)?.scopes ?? [];
    const chosen = chooseScopes(scopes, account?.tokens.scopes ?? []);
    views.set(key, viewOf(accounts, { user, intent, account }, unionScopes(known, chosen)));
  }
  return [...views.values()];
}

/** What a paired bot asks for of an account, or of whoever has the job by now. */
export function grantedWant(accounts: Found, { userId, intent }: Named, scopes: string[]): ApprovalWantView {
  const account = accounts.find({ userId, intent });
  return { ...viewOf(accounts, { user: userId, intent, account }, scopes), choices: [] };
}

/** What a bot may use already. */
export function grantWants(accounts: Found, grants: readonly Grant[]): ApprovalWantView[] {
  return grants.map((grant) => {
    const account = accounts.find(grant);
    const { userId: user, intent, scopes } = grant;
    return { ...viewOf(accounts, { user, intent, account }, scopes), choices: [] };
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

function viewOf(accounts: Found, { user, intent, account }: Wanted, scopes: string[]): ApprovalWantView {
  return {
    intent,
    account: account && { userId: account.userId, login: account.login },
    absentUser: account === null ? user : null,
    granted: account?.tokens.scopes ?? [],
    choices: account || intent === null ? [] : accounts.list().map(choiceOf),
    scopes,
  };
}

const choiceOf = ({ userId, login, tokens }: Account): ApprovalWantView['choices'][number] => ({
  userId,
  login,
  granted: tokens.scopes,
});
