/** All accounts of one Twitch application, and who has which intent. */
import { z } from 'zod';
import type { TokenChangeReason } from '../../../shared/protocol.ts';
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import type { TokenPair } from '../twitch/endpoints.ts';
import { type Account, formerOf, type HeldTokens, type KeptState } from './account.ts';
import { createAccountStore } from './account-store.ts';
import type { LoginChoice } from './login-choice.ts';

/** An intent is a job such as "chat": short, one line. */
export const INTENT = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}]+$/u);
/** Entries rather than a record: zod drops one named `__proto__`, and a job may have any name. */
const intentTable = z.array(z.tuple([z.string(), z.string()]));

/** The accounts in use, and their intents. */
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
  /**
   * Takes a login that comes from a file if `choose` says so, asked when its turn has come. `unsaved`:
   * the disk refused, and nothing was taken (unless it is the `onlyCopy`: that is kept in memory).
   */
  bring(login: ImportedLogin, choose: (held: Account | null) => LoginChoice): Promise<LoginChoice | 'unsaved'>;
  /**
   * Gives an account the tokens that replace the ones of that version. When others came first, or the
   * account is gone, the tokens are dropped.
   */
  renew(account: Account, version: number, tokens: Omit<HeldTokens, 'version'>): Promise<void>;
  /** Writes down what changed besides the tokens. */
  keep(account: Account): Promise<void>;
  remove(account: Account): Promise<void>;
  stop(): Promise<void>;
}
/** A login as it comes from Twitch, checked and ready to be kept. */
export interface AdoptedLogin {
  clientId: string;
  userId: string;
  login: string;
  tokens: Omit<HeldTokens, 'version'>;
  /** When Twitch last confirmed the account's tokens. */
  validatedAt: number | null;
}

/** A login from a file, as it stood there. */
export interface ImportedLogin extends AdoptedLogin {
  tokens: HeldTokens;
  state: KeptState;
  trouble: string;
  validatedAt: number | null;
  /** True when nobody has these tokens but we, the file included. */
  onlyCopy: boolean;
}

/** How soon a write that the disk refused is tried again. */
const RETRY_MS = 5_000;

/** An empty collection; `load` fills it. `changed` is called when a window would show something else. */
export function createAccounts(deps: Deps, events: Events, changed: () => void): Accounts {
  const byUser = new Map<string, Account>();
  /** Accounts whose next try to write is planned: one plan each, however often they change. */
  const retries = new Map<Account, () => void>();
  const inTurn = createTurns();
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
    if (!durable) retryLater(account);
    changed();
  }

  function retryLater(account: Account): void {
    if (stopped || retries.has(account)) return;
    const retry = (): void => {
      retries.delete(account);
      void keep(account);
    };
    retries.set(account, deps.timers.after(RETRY_MS, retry));
  }

  /** Save before serve: nobody sees the new pair until the disk has it, or has refused it. */
  async function take(login: AdoptedLogin, reason: TokenChangeReason): Promise<Account> {
    const held = byUser.get(login.userId);
    const account = held ?? newAccount(login);
    const former = held ? formerOf(held, deps.clock.now()) : [];
    const tokens = { ...login.tokens, version: account.tokens.version + 1 };
    const { login: name, validatedAt } = login;
    const good = { state: 'ok', trouble: '', offlineSince: null } as const;
    const fresh = { ...good, login: name, tokens, former, validatedAt };
    const saved = await store.save({ ...account, ...fresh });
    putToUse(account, { ...fresh, saved }, reason);
    return account;
  }

  function putToUse(
    account: Account,
    fresh: Partial<Account> & { saved: boolean },
    reason: TokenChangeReason,
  ) {
    const isNew = !byUser.has(account.userId);
    Object.assign(account, fresh);
    byUser.set(account.userId, account);
    if (!fresh.saved) retryLater(account);
    announce(events, account, isNew, reason);
    changed();
  }

  async function bring(
    { onlyCopy, ...login }: ImportedLogin,
    choose: (held: Account | null) => LoginChoice,
  ): Promise<LoginChoice | 'unsaved'> {
    const held = byUser.get(login.userId) ?? null;
    const choice = choose(held);
    if (choice !== 'take') return choice;
    const account = held ?? newAccount(login);
    // Above both: bots drop what looks older than what they have.
    const version = Math.max(account.tokens.version, login.tokens.version) + 1;
    const former = held ? formerOf(held, deps.clock.now()) : [];
    const fresh = { ...login, tokens: { ...login.tokens, version }, former, offlineSince: null };
    const saved = await store.save({ ...account, ...fresh });
    if (!saved && !onlyCopy) return 'unsaved';
    putToUse(account, { ...fresh, saved }, 'replaced');
    return saved ? 'take' : 'unsaved';
  }

  return {
    async load(clientId) {
      const table = await readIntents(deps);
      intents = table ?? new Map();
      const { accounts, stale, problems, sealed } = await store.load(clientId);
      for (const { userId, clientId: owner } of byUser.values())
        if (owner !== clientId) byUser.delete(userId);
      // What is in memory is never older than the disk, and a refresh may be under way for it.
      for (const account of accounts) if (!byUser.has(account.userId)) byUser.set(account.userId, account);
      for (const account of stale) void keep(account);
      return { problems: table === null ? [...problems, NO_INTENTS] : problems, sealed };
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
    adopt: (login, reason) => inTurn(login.userId, () => take(login, reason)),
    bring: (login, choose) => inTurn(login.userId, () => bring(login, choose)),
    renew: (account, version, tokens) =>
      inTurn(account.userId, async () => {
        const current = byUser.get(account.userId) === account && account.tokens.version === version;
        if (current) await take({ ...account, tokens }, 'refreshed');
      }),
    keep,
    remove: (account) =>
      inTurn(account.userId, async () => {
        byUser.delete(account.userId); // first, so that nothing more is written for it
        await store.remove(account).catch((error) => {
          byUser.set(account.userId, account);
          throw error;
        });
        // While the intents still say who hears of it.
        events.emit({ type: 'account.removed', userId: account.userId });
        changed();
        if (intentsOf(account.userId).length > 0) {
          await writeIntents(new Map([...intents].filter(([, owner]) => owner !== account.userId)));
        }
      }),
    async stop() {
      stopped = true;
      for (const cancel of retries.values()) cancel();
      for (const account of byUser.values()) if (!account.saved) void keep(account); // the last chance
      await store.settle();
    },
  };
}

/** New tokens and removals of one account come one after the other: each takes time on the disk. */
function createTurns(): <T>(userId: string, run: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, Promise<unknown>>();
  return (userId, run) => {
    const turn = (turns.get(userId) ?? Promise.resolve()).then(run, run);
    turns.set(userId, turn);
    return turn;
  };
}

const NO_INTENTS = 'Which account has which job can’t be read; please give the jobs out again.';

/** Null when there is a table that can't be read. */
async function readIntents(deps: Pick<Deps, 'documents'>): Promise<Map<string, string> | null> {
  const document = await deps.documents.read('intents');
  if (document.kind === 'absent') return new Map();
  const value = document.kind === 'read' ? document.value : null;
  if (typeof value !== 'object' || value === null) return null;
  const table = intentTable.safeParse(Object.entries(value));
  return table.success ? new Map(table.data) : null;
}

function newAccount({ clientId, userId, login, tokens }: AdoptedLogin): Account {
  return {
    clientId,
    userId,
    login,
    tokens: { ...tokens, version: 0 },
    former: [],
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
export function tokensFrom(
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
