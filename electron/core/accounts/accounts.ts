/** All accounts of one Twitch application, and who has which intent. */
import { z } from 'zod';
import type { TokenChangeReason } from '../../../shared/wire.ts';
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import type { TokenPair } from '../twitch/endpoints.ts';
import type { Account, HeldTokens } from './account.ts';
import { createAccountStore } from './store.ts';

/** An intent is a job such as "chat": short, one line. */
export const INTENT = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}]+$/u);
const intentTable = z.record(z.string(), z.string());

export interface Accounts {
  load(clientId: string): Promise<{ problems: string[]; sealed: boolean }>;
  list(): Account[];
  get(userId: string): Account | null;
  /** The account an intent belongs to. */
  holder(intent: string): Account | null;
  intentsOf(userId: string): string[];
  /** Gives the account exactly these intents, taking them from whoever has them. */
  setIntents(userId: string, intents: string[]): Promise<void>;
  /** Adds an account or gives a known one new tokens; durable (or marked unsaved) before it resolves. */
  adopt(login: AdoptedLogin, reason: TokenChangeReason): Promise<Account>;
  /** Writes down what changed besides the tokens. */
  keep(account: Account): Promise<void>;
  remove(account: Account): Promise<void>;
  stop(): Promise<void>;
}
export interface AdoptedLogin {
  clientId: string;
  userId: string;
  login: string;
  tokens: Omit<HeldTokens, 'version'>;
}

/** How soon a write that the disk refused is tried again. */
const RETRY_MS = 5_000;

export function createAccounts(deps: Deps, events: Events, changed: () => void): Accounts {
  const byUser = new Map<string, Account>();
  let intents = new Map<string, string>();
  let stopped = false;
  const store = createAccountStore(deps);

  const intentsOf = (userId: string): string[] =>
    [...intents].filter(([, owner]) => owner === userId).map(([intent]) => intent);

  async function writeIntents(next: Map<string, string>): Promise<void> {
    await deps.documents.write('intents', Object.fromEntries(next));
    intents = next;
    changed();
  }

  async function keep(account: Account): Promise<void> {
    if (byUser.get(account.userId) !== account) return; // removed meanwhile
    const { version } = account.tokens;
    const durable = await store.save(account);
    if (account.tokens.version === version) account.saved = durable;
    if (!durable && !stopped) deps.timers.after(RETRY_MS, () => void keep(account));
    changed();
  }

  /** Save before serve: nobody sees the new pair until the disk has it, or has refused it. */
  async function adopt(login: AdoptedLogin, reason: TokenChangeReason): Promise<Account> {
    const known = byUser.get(login.userId);
    const account = known ?? newAccount(login);
    const tokens = { ...login.tokens, version: account.tokens.version + 1 };
    const fresh = { login: login.login, tokens, state: 'ok', trouble: '', offlineSince: null } as const;
    const saved = await store.save({ ...account, ...fresh });
    Object.assign(account, fresh, { saved });
    byUser.set(account.userId, account);
    if (!saved) deps.timers.after(RETRY_MS, () => void keep(account));
    announce(events, account, known === undefined, reason);
    changed();
    return account;
  }

  return {
    async load(clientId) {
      byUser.clear();
      intents = await readIntents(deps);
      const { accounts, problems, sealed } = await store.load(clientId);
      for (const account of accounts) byUser.set(account.userId, account);
      return { problems, sealed };
    },
    list: () => [...byUser.values()],
    get: (userId) => byUser.get(userId) ?? null,
    holder: (intent) => byUser.get(intents.get(intent) ?? '') ?? null,
    intentsOf,
    async setIntents(userId, wanted) {
      const losers = wanted.flatMap((intent) => intents.get(intent) ?? []);
      const next = new Map([...intents].filter(([, owner]) => owner !== userId));
      for (const intent of wanted) next.set(intent, userId);
      await writeIntents(next);
      for (const owner of new Set([userId, ...losers])) {
        events.emit({ type: 'intents.changed', userId: owner, intents: intentsOf(owner) });
      }
    },
    adopt,
    keep,
    async remove(account) {
      byUser.delete(account.userId);
      await store.remove(account);
      if (intentsOf(account.userId).length > 0) {
        await writeIntents(new Map([...intents].filter(([, owner]) => owner !== account.userId)));
      }
      events.emit({ type: 'account.removed', userId: account.userId });
      changed();
    },
    async stop() {
      stopped = true;
      await store.settle();
    },
  };
}

async function readIntents(deps: Pick<Deps, 'documents'>): Promise<Map<string, string>> {
  const document = await deps.documents.read('intents');
  const table = intentTable.safeParse(document.kind === 'read' ? document.value : {});
  return new Map(table.success ? Object.entries(table.data) : []);
}

function newAccount({ clientId, userId, login, tokens }: AdoptedLogin): Account {
  return {
    clientId,
    userId,
    login,
    tokens: { ...tokens, version: 0 },
    state: 'ok',
    trouble: '',
    validatedAt: null,
    offlineSince: null,
    refreshedAt: null,
    refreshing: false,
    saved: false,
  };
}

function announce(events: Events, account: Account, isNew: boolean, reason: TokenChangeReason): void {
  const { userId, login, tokens } = account;
  if (isNew) return events.emit({ type: 'account.added', userId, login });
  const { scopes, expiresAt, version } = tokens;
  events.emit({ type: 'token.changed', userId, scope: scopes, expiresAt, version, reason });
}

/** A fresh pair as held tokens; what the answer leaves out stays as it was. */
export function heldFrom(
  pair: TokenPair,
  now: number,
  before: Pick<HeldTokens, 'refresh' | 'scopes'>,
): Omit<HeldTokens, 'version'> {
  return {
    access: pair.access,
    refresh: pair.refresh ?? before.refresh,
    scopes: pair.scopes ?? before.scopes,
    obtainedAt: now,
    expiresAt: pair.expiresIn === null ? null : now + pair.expiresIn * 1000,
  };
}
