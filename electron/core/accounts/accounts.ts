/** All logins, each a person's with one Twitch application, and who has which intent. */
import type { TokenChangeReason } from '../../../shared/protocol.ts';
import type { Events } from '../events.ts';
import type { Deps, Timers } from '../ports.ts';
import { reasonOf } from '../result.ts';
import { createTaskQueue } from '../task-queue.ts';
import { type Account, type LoginId, loginKey } from './account.ts';
import { type AccountStore, createAccountStore } from './account-store.ts';
import { createIntents, type Intents } from './intents.ts';
import type { LoginChoice } from './login-choice.ts';
import { createLoginTable } from './login-table.ts';
import type { AdoptedLogin, ImportedLogin, NewTokens } from './new-login.ts';
import { createNewerLogin, type NewerLogin } from './newer-login.ts';
import { createTokenStorage } from './token-storage.ts';

/** How requests and grants name an account: exactly one of the two is set. */
export interface AccountReference {
  userId: string | null;
  intent: string | null;
}

/** The accounts in use, and their intents. */
export interface Accounts {
  /** Adds what the disk has of the applications that `isKnown` says yes to. */
  load(isKnown: (clientId: string) => boolean): Promise<{ problems: string[]; sealed: boolean }>;
  list(): Account[];
  /** The person's login with that application. */
  get(login: LoginId): Account | null;
  /** All logins of a person; none of somebody nobody has ever signed in. */
  loginsOf(userId: string): Account[];
  /** ID of the person an intent belongs to, as long as there is a login of hers. */
  holder(intent: string): string | null;
  /** ID of the person that a request or a grant names: by her ID, else by an intent she holds. */
  find(named: AccountReference): string | null;
  intentsOf(userId: string): string[];
  /** Gives the account exactly these intents, taking them from whoever has them. */
  setIntents(userId: string, intents: string[]): Promise<void>;
  /** Gives the account one more intent, unless somebody has it by then. False when the disk refuses; the streamer is told of it. */
  giveIntent(userId: string, intent: string): Promise<boolean>;
  /** Adds an account or gives a known one new tokens; durable (or marked unsaved) before it resolves. */
  adopt(login: AdoptedLogin, reason: TokenChangeReason): Promise<Account>;
  /**
   * Takes a login that comes from a file if `choose` says so, asked when its turn has come. `unsaved`:
   * the disk refused, and nothing was taken (unless it is the `onlyCopy`: that is kept in memory).
   */
  importLogin(
    login: ImportedLogin,
    choose: (held: Account | null) => LoginChoice,
  ): Promise<LoginChoice | 'unsaved'>;
  /**
   * Gives an account the tokens that replace the ones of that version. When others came first, or the
   * account is gone, the tokens are dropped.
   */
  replaceTokens(account: Account, version: number, tokens: NewTokens): Promise<void>;
  /** Writes down what changed besides the tokens. A newer login on the disk is taken over instead. */
  persist(account: Account): Promise<void>;
  /** Looks on the disk for a newer login of the account, and takes it over: asked before its own is spent. */
  catchUp(account: Account): Promise<void>;
  remove(account: Account): Promise<void>;
  stop(): Promise<void>;
}
/** How soon a write that the disk refused is tried again. */
const RETRY_MS = 5_000;

/** What to tell when accounts change. */
export interface Listeners {
  /** The streamer should read this, once. */
  notice(text: string): void;
  changed(): void;
}

type AccountDeps = Pick<Deps, 'accounts' | 'box' | 'clock' | 'documents' | 'log' | 'timers'>;

/**
 * An empty collection; `load` fills it. `changed` is called when a window would show something else. All
 * writes of one account come one after the other, each until what it wrote is in use: a write that began
 * before would put the old tokens over the new ones.
 */
export function createAccounts(deps: AccountDeps, events: Events, { notice, changed }: Listeners): Accounts {
  const [logins, queue] = [createLoginTable(), createTaskQueue()];
  const retries = createRetries(deps.timers, (account) => void persist(account));
  const [intents, store] = [createIntents(deps, changed), createAccountStore(deps)];
  const newerLogin = createNewerLogin({ deps, events, store, notice, changed });
  const shared = { deps, logins, events, store, newerLogin, changed };
  const tokens = createTokenStorage({ ...shared, retryLater: retries.plan });
  const persist = (account: Account): Promise<void> => queue.run(loginKey(account), () => write(account));

  async function write(account: Account): Promise<void> {
    if (logins.get(account) !== account) return; // removed meanwhile
    await writeAccount(store, newerLogin, account);
    if (!account.saved) retries.plan(account);
    changed();
  }

  async function remove(account: Account): Promise<void> {
    const { userId } = account;
    logins.delete(account); // first, so that nothing more is written for it
    await store.remove(account).catch((error) => {
      logins.add(account);
      throw error;
    });
    // While the intents still say who hears of it.
    events.emit({ type: 'account.removed', userId }, account);
    changed();
    if (logins.of(userId).length === 0 && intents.of(userId).length > 0)
      await intents.change(userId, () => []);
  }

  const load: Accounts['load'] = async (isKnown) => {
    const readable = await intents.load();
    const { accounts, stale, problems, sealed } = await store.load(isKnown);
    // What is in memory is never older than the disk, and a refresh may be under way for it.
    for (const account of accounts) if (logins.get(account) === null) logins.add(account);
    for (const account of stale) void persist(account);
    return { problems: readable ? problems : [...problems, NO_INTENTS], sealed };
  };

  async function replaceTokens(account: Account, version: number, fresh: NewTokens): Promise<void> {
    const isCurrent = logins.get(account) === account && account.tokens.version === version;
    if (isCurrent) await tokens.storeTokens({ ...account, tokens: fresh }, 'refreshed');
  }

  async function stop(): Promise<void> {
    retries.stop();
    for (const account of logins.list()) if (!account.saved) void persist(account); // the last chance
    await queue.settled();
  }

  const change = createIntentChange(intents, events);
  const holder = (intent: string): string | null => logins.present(intents.ownerOf(intent));
  return {
    load,
    list: logins.list,
    get: logins.get,
    loginsOf: logins.of,
    holder,
    find: ({ userId, intent }) => (userId === null ? holder(intent ?? '') : logins.present(userId)),
    intentsOf: intents.of,
    setIntents: async (userId, wanted) => void (await change(userId, () => wanted)),
    giveIntent: (userId, intent) =>
      change(userId, (own) => (holder(intent) === null ? [...own, intent] : own)).then(
        () => true,
        (error) => {
          deps.log.error('a job could not be written', { reason: reasonOf(error) });
          notice(
            `The job “${intent}” could not be written down. Free some space on the disk, then give it again.`,
          );
          return false;
        },
      ),
    adopt: (login, reason) => queue.run(loginKey(login), () => tokens.storeTokens(login, reason)),
    importLogin: (login, choose) => queue.run(loginKey(login), () => tokens.importLogin(login, choose)),
    replaceTokens: (account, version, fresh) =>
      queue.run(loginKey(account), () => replaceTokens(account, version, fresh)),
    persist,
    catchUp: (account) => queue.run(loginKey(account), () => newerLogin.takeOver(account)),
    remove: (account) => queue.run(loginKey(account), () => remove(account)),
    stop,
  };
}

async function writeAccount(
  store: Pick<AccountStore, 'save'>,
  newerLogin: Pick<NewerLogin, 'takeOver'>,
  account: Account,
): Promise<void> {
  const { version } = account.tokens;
  const outcome = await store.save(account);
  if (outcome === 'superseded') await newerLogin.takeOver(account);
  else if (account.tokens.version === version) account.saved = outcome === 'saved';
}

/** Everybody whose intents changed is told of, whoever lost one included. */
function createIntentChange(intents: Intents, events: Events): Intents['change'] {
  return async (userId, choose) => {
    const owners = await intents.change(userId, choose);
    for (const owner of owners)
      events.emit({ type: 'intents.changed', userId: owner, intents: intents.of(owner) });
    return owners;
  };
}

const NO_INTENTS = 'Which account has which job can’t be read; please give the jobs out again.';

/** Writes of accounts that the disk refused, to be tried again: one plan each, however often they change. */
function createRetries(timers: Timers, write: (account: Account) => void) {
  const planned = new Map<Account, () => void>();
  let stopped = false;
  return {
    plan(account: Account): void {
      if (stopped || planned.has(account)) return;
      const retry = (): void => {
        planned.delete(account);
        write(account);
      };
      planned.set(account, timers.after(RETRY_MS, retry));
    },
    stop(): void {
      stopped = true;
      for (const cancel of planned.values()) cancel();
    },
  };
}
