/** What a bot wants, as the approval window shows it: with all that the account's token can do by now. */
import type { ApprovalWantView } from '../../../shared/prompt-views.ts';
import { currentName } from '../accounts/account.ts';
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

/** What is known here, and the Twitch application whose tokens are asked for; null where there is none yet. */
export interface WantContext {
  accounts: Pick<Accounts, 'find' | 'get' | 'list' | 'loginsOf'>;
  bots: Pick<Bots, 'list'>;
  clientId: string | null;
}

/** What a program that pairs asks for, each account or job once. */
export function pairingWants(known: WantContext, wants: readonly PairingWant[]): ApprovalWantView[] {
  const views = new Map<string, ApprovalWantView>();
  for (const { user = null, intent = null, app = false, scopes = [], optional = [] } of wants) {
    if (app) {
      views.set('app', appWant(known));
      continue;
    }
    const userId = known.accounts.find({ userId: user, intent });
    const key = intent === null ? `user ${user}` : `intent ${intent}`;
    const before = views.get(key);
    const held = grantedTo(known, userId);
    const needed = unionScopes(neededOf(before), chooseScopes(scopes, held));
    const liked = unionScopes(before?.optional ?? [], chooseScopes(optional, held));
    const spared = liked.filter((scope) => !needed.includes(scope));
    const view = viewOf(known, { user, intent, userId }, [...needed, ...spared]);
    views.set(key, { ...view, optional: spared });
  }
  return [...views.values()];
}

const neededOf = (view: ApprovalWantView | undefined): string[] =>
  view?.scopes.filter((scope) => !view.optional.includes(scope)) ?? [];

/** Scopes by which an account lets an application act for it without a token of the account's. */
const BOT_SCOPES = ['user:bot', 'channel:bot'];

/** The application's own token; `choices` are the accounts here that let the application act for them. */
export function appWant({
  accounts,
  clientId,
}: Pick<WantContext, 'clientId'> & { accounts: Pick<Accounts, 'list'> }): ApprovalWantView {
  const letting = accounts.list().flatMap(({ clientId: of, userId, login, tokens }) => {
    if (of !== clientId) return [];
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
  return grants.map(({ app, userId: user, intent, scopes }) => {
    if (app) return appWant(known);
    const userId = known.accounts.find({ userId: user, intent });
    return { ...viewOf(known, { user, intent, userId }, scopes), choices: [] };
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
