/** What a bot wants, as the approval window shows it: with all that the account's token can do by now. */
import type { ApprovalWantView } from '../../../shared/prompt-views.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { chooseScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Bots } from './bots.ts';
import type { Grant, Granted, Named } from './grants.ts';
import type { KeptWant } from './wanted-scopes.ts';

/** One thing a program asks for as it pairs. Exactly one of `user`, `intent` and `app` is set. */
export interface PairingWant {
  user?: string | undefined;
  intent?: string | undefined;
  app?: true | undefined;
  scopes?: string[][] | undefined;
  /** Those it can do without. */
  optional?: string[][] | undefined;
}

/** What is known here. */
interface Known {
  accounts: Pick<Accounts, 'find' | 'list'>;
  bots: Pick<Bots, 'list'>;
}

/** What a program that pairs asks for, each account or job once. */
export function pairingWants(known: Known, wants: readonly PairingWant[]): ApprovalWantView[] {
  const views = new Map<string, ApprovalWantView>();
  for (const { user = null, intent = null, app = false, scopes = [], optional = [] } of wants) {
    if (app) {
      views.set('app', appWant(known));
      continue;
    }
    const account = known.accounts.find({ userId: user, intent });
    const key = intent === null ? `user ${user}` : `intent ${intent}`;
    const before = views.get(key);
    const held = account?.tokens.scopes ?? [];
    const needed = unionScopes(neededOf(before), chooseScopes(scopes, held));
    const liked = unionScopes(before?.optional ?? [], chooseScopes(optional, held));
    const spared = liked.filter((scope) => !needed.includes(scope));
    const view = viewOf(known, { user, intent, account }, [...needed, ...spared]);
    views.set(key, { ...view, optional: spared });
  }
  return [...views.values()];
}

const neededOf = (view: ApprovalWantView | undefined): string[] =>
  view?.scopes.filter((scope) => !view.optional.includes(scope)) ?? [];

/** Scopes by which an account lets an application act for it without a token of the account's. */
const BOT_SCOPES = ['user:bot', 'channel:bot'];

/** The application's own token; `choices` are the accounts here that let the application act for them. */
export function appWant({ accounts }: Pick<Known, 'accounts'>): ApprovalWantView {
  const letting = accounts.list().flatMap(({ userId, login, tokens }) => {
    const granted = tokens.scopes.filter((scope) => BOT_SCOPES.includes(scope));
    return granted.length > 0 ? [{ userId, login, granted }] : [];
  });
  const nobody = { intent: null, account: null, absentUser: null, granted: [], otherBots: [] };
  return { ...nobody, app: true, choices: letting, scopes: [], optional: [] };
}

/** As a program said them, for the bot it has become. */
export function keptWants(wants: readonly PairingWant[]): KeptWant[] {
  return wants.flatMap(({ user = null, intent = null, app = false, scopes = [], optional = [] }) =>
    app ? [] : [{ userId: user, intent, scopes, optional }],
  );
}

/** What a paired bot asks for of an account, or of whoever has the job by now. */
export function askedWant(known: Known, { userId, intent }: Named, scopes: string[]): ApprovalWantView {
  const account = known.accounts.find({ userId, intent });
  return { ...viewOf(known, { user: userId, intent, account }, scopes), choices: [] };
}

/** What a bot may use already. */
export function heldWants(known: Known, grants: readonly Grant[]): ApprovalWantView[] {
  return grants.map((grant) => {
    if (grant.app) return appWant(known);
    const account = known.accounts.find(grant);
    const { userId: user, intent, scopes } = grant;
    return { ...viewOf(known, { user, intent, account }, scopes), choices: [] };
  });
}

/** How a want names its account: a grant is kept on exactly that. Null for a user who isn't here. */
export function namedBy({ app, intent, account }: ApprovalWantView): Granted | null {
  if (app) return { userId: null, intent: null };
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
