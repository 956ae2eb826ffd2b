/** What the streamer does with accounts. */
import { z } from 'zod';
import { CALL_LIMITS, type CallResult } from '../../../shared/ipc.ts';
import { TOKEN_FORM } from '../../../shared/protocol.ts';
import type { Actions, ActionsOf, Door } from '../action.ts';
import { noApplication, noSuchApplication } from '../applications/failures.ts';
import { dropGrantsOn } from '../bots/grant-changes.ts';
import {
  asCallFailure,
  badIntentName,
  noSuchAccount,
  notAllRefreshed,
  OK,
  type Result,
  rotationUnfinished,
  signedInAlready,
  stored,
  success,
  tokenNotChecked,
  tokenNotValid,
  tokenOfApplication,
  trayThrottled,
} from '../result.ts';
import { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import { SIGN_IN_MS } from '../sign-in/keeping.ts';
import type { SignInRequest } from '../sign-in/pending-sign-in.ts';
import { createThrottle } from '../throttle.ts';
import { interruption, type VaultControl } from '../vault/vault-control.ts';
import { type Account, USER_ID } from './account.ts';
import { INTENT } from './intents.ts';
import { tokensFrom } from './new-login.ts';
import { mayForce } from './refresh-policy.ts';
import { similarIntents } from './similar-intents.ts';

type AccountServices = Pick<
  Services,
  | 'accounts'
  | 'activity'
  | 'applications'
  | 'bots'
  | 'deps'
  | 'notices'
  | 'provider'
  | 'refresher'
  | 'rotation'
  | 'signIns'
  | 'twitch'
>;

const name = z.string().min(1).max(CALL_LIMITS.idLength);
const named = z.strictObject({ userId: USER_ID, clientId: name.exactOptional() });
/** Whose logins, and which: without `clientId` all of the person's. */
type Named = z.infer<typeof named>;

type OnLogin = (account: Account) => Promise<CallResult<void>>;
const isRenewable = ({ tokens }: Account): boolean => tokens.refresh !== null;
const isParked = ({ tokens }: Account): boolean => tokens.use.parked !== null;

/** Each tells the record what came of it. */
export function accountActions(services: AccountServices, control: VaultControl): ActionsOf<'account'> {
  const onLogins = (whileLocked: boolean, run: OnLogin, of?: (account: Account) => boolean) => ({
    arg: named,
    whileLocked,
    run: (which: Named) => withLogins(services, which, run, of),
  });
  return {
    'account.signIn': {
      arg: z.strictObject({
        userId: USER_ID.exactOptional(),
        clientId: name.exactOptional(),
        scopes: z.array(name).max(CALL_LIMITS.scopes).exactOptional(),
      }),
      whileLocked: false,
      run: async (req) => signIn(services, req),
    },
    'account.addToken': {
      arg: z.strictObject({ accessToken: z.string().regex(TOKEN_FORM) }),
      whileLocked: false,
      run: ({ accessToken }) => addToken(services, control, accessToken),
    },
    'account.refresh': onLogins(true, (account) => refresh(services, account, 'window'), isRenewable),
    'account.refreshAll': {
      arg: z.undefined(),
      whileLocked: true,
      run: () => refreshAll(services, 'window'),
    },
    'account.tryAnyway': onLogins(false, (account) => tryAnyway(services, account), isParked),
    'account.rotate': onLogins(true, (account) => rotate(services, account), isRenewable),
    'account.remove': onLogins(false, (account) => remove(services, account)),
    'account.setIntents': {
      arg: z.strictObject({ userId: USER_ID, intents: z.array(name).max(CALL_LIMITS.intents) }),
      whileLocked: false,
      run: ({ userId, intents }) => setIntents(services, userId, intents),
    },
    'account.similarIntents': {
      arg: z.strictObject({ intent: name }),
      whileLocked: true,
      run: async ({ intent }) => success(similarIntents(services, intent)),
    },
  };
}

/** So long the tray opens no second sign-in window for an account: whoever clicks there need not be the streamer. */
const TRAY_SIGN_IN_MS = 60_000;

/** What the tray's menu does with accounts: as in a window, but it can't be made to pester Twitch or her. */
export function trayAccountActions(
  services: AccountServices,
  control: VaultControl,
): Actions<'account.refresh' | 'account.refreshAll' | 'account.signIn'> {
  const window = accountActions(services, control);
  const isDue = createThrottle(services.deps.clock, TRAY_SIGN_IN_MS);
  return {
    'account.refresh': {
      ...window['account.refresh'],
      run: (which) =>
        withLogins(services, which, (account) => refresh(services, account, 'tray'), isRenewable),
    },
    'account.refreshAll': { ...window['account.refreshAll'], run: () => refreshAll(services, 'tray') },
    'account.signIn': {
      ...window['account.signIn'],
      run: async (request) =>
        isDue(request.userId ?? '') ? window['account.signIn'].run(request) : trayThrottled(),
    },
  };
}

/** Runs on the login that is meant, or on all of the person's: of these on those that fit, where some do. */
async function withLogins(
  { accounts }: Pick<Services, 'accounts'>,
  { userId, clientId }: Named,
  run: OnLogin,
  fits: (account: Account) => boolean = () => true,
): Promise<CallResult<void>> {
  const meant = accounts
    .loginsOf(userId)
    .filter((one) => clientId === undefined || one.clientId === clientId);
  const fitting = meant.filter(fits);
  const results = await Promise.all((fitting.length > 0 ? fitting : meant).map(run));
  return meant.length === 0 ? noSuchAccount() : (results.find((result) => !result.ok) ?? OK);
}

interface SignInCall {
  userId?: string;
  clientId?: string;
  scopes?: string[];
}

/** Answered when the window opens, not when it closes: the page must not hang on it. */
function signIn(
  services: AccountServices,
  { userId: named, clientId, scopes = [] }: SignInCall,
): CallResult<void> {
  const { accounts, applications } = services;
  const userId = named ?? null;
  const held = userId === null ? [] : accounts.loginsOf(userId);
  if (userId !== null && held.length === 0) return noSuchAccount();
  const usual = applications.default()?.clientId;
  const ownOrUsual =
    held.length === 0 || held.some((one) => one.clientId === usual) ? usual : held[0]?.clientId;
  const chosen = clientId ?? ownOrUsual;
  if (chosen === undefined) return noApplication();
  if (applications.get(chosen) === null) return noSuchApplication();
  void askHer(services, { clientId: chosen, userId, scopes });
  return OK;
}

/** A sign-in of the streamer's own; what comes of it is recorded. Resolves when it is over. */
export async function askHer(
  services: Pick<AccountServices, 'activity' | 'notices' | 'signIns'>,
  wanted: Pick<SignInRequest, 'clientId' | 'userId' | 'scopes'>,
): Promise<void> {
  const request = { ...wanted, intent: null, bot: null, quietly: false };
  recordSignIn(services, await services.signIns.ask(request, SIGN_IN_MS));
}

async function refresh(services: AccountServices, account: Account, door: Door): Promise<CallResult<void>> {
  const { activity, deps, provider, refresher } = services;
  const now = deps.clock.now();
  // A refused login has nothing to be answered with in the meantime: her click tries it at once.
  const isRefused = account.state !== 'ok' && account.tokens.refresh !== null;
  const atOnce = isRefused && (door === 'window' || mayForce(account, now));
  if (atOnce && door === 'tray') account.refreshedAt = now;
  const result = await (atOnce ? refresher.refresh(account) : provider.forceRefresh(account));
  const { login } = account;
  const text = result.ok ? REFRESHED[door](login) : `Refreshing ${login} failed: ${result.error.message}`;
  activity.add('token.refreshed', text, { login, ok: result.ok });
  return result.ok ? OK : asCallFailure(result);
}

/** Only a window offers it, where what it may cost stands beside it. */
async function tryAnyway(
  { activity, refresher }: AccountServices,
  account: Account,
): Promise<CallResult<void>> {
  const { login } = account;
  const result = await refresher.refreshAnyway(account);
  const text = result.ok
    ? `You tried the login of ${login} anyway, and it works`
    : `You tried the login of ${login} anyway: ${result.error.message}`;
  activity.add('token.refreshed', text, { login, ok: result.ok });
  return result.ok ? OK : asCallFailure(result);
}

const REFRESHED: Record<Door, (login: string) => string> = {
  window: (login) => `You refreshed the token of ${login}`,
  tray: (login) => `The token of ${login} was refreshed from the tray’s menu`,
};

async function refreshAll(services: AccountServices, door: Door): Promise<CallResult<void>> {
  const refreshable = services.accounts.list().filter(({ tokens }) => tokens.refresh !== null);
  const results = await Promise.all(refreshable.map((account) => refresh(services, account, door)));
  const failures = results.filter((result) => !result.ok).length;
  return failures === 0 ? OK : notAllRefreshed(failures, results.length);
}

async function rotate({ activity, rotation }: AccountServices, account: Account): Promise<CallResult<void>> {
  const { login } = account;
  const result = await rotation.rotate(account);
  const unfinished = result.ok && result.value.kept > 0 ? rotationUnfinished() : OK;
  const answer = result.ok ? unfinished : asCallFailure(result);
  const text = answer.ok
    ? `You exchanged the token of ${login}`
    : `Exchanging the token of ${login} failed: ${answer.error.message}`;
  activity.add('token.rotated', text, { login, ok: answer.ok });
  return answer;
}

/** A bare access token: as good as a login until it expires, and never better than one that refreshes itself. */
async function addToken(
  services: AccountServices,
  control: VaultControl,
  text: string,
): Promise<CallResult<void>> {
  const { accounts, applications, deps, twitch } = services;
  const access = new Secret(text.replace(/^oauth:/i, ''));
  const reply = await twitch.validate(access);
  if (reply.kind === 'transient') return tokenNotChecked();
  if (reply.kind !== 'ok') return tokenNotValid();
  const why = interruption(control);
  if (why !== null) return why;
  const { clientId, userId, login, scopes, expiresIn } = reply.value;
  if (userId === null || !USER_ID.safeParse(userId).success) return tokenOfApplication();
  const held = accounts.get({ clientId, userId });
  if (held?.tokens.refresh) return signedInAlready(held.login);
  if (applications.get(clientId) === null) {
    // Nothing is renewed with it, so whether it has a secret doesn't matter yet.
    const app = { kind: 'public', clientId } as const;
    const added = await stored(deps.log, applications.add(app, { label: '', source: 'token' }));
    if (!added.ok) return added;
  }
  const now = deps.clock.now();
  const tokens = tokensFrom({ access, refresh: null, scopes, expiresIn }, now, { scopes: [] });
  await accounts.adopt({ clientId, userId, login: login ?? userId, tokens, validatedAt: now }, 'replaced');
  return OK;
}

async function remove(services: AccountServices, account: Account): Promise<CallResult<void>> {
  const { accounts, activity, bots, deps, refresher, rotation } = services;
  const { userId, login } = account;
  await refresher.pending(account);
  const removed = await stored(deps.log, accounts.remove(account));
  if (accounts.get(account) === account) return removed;
  dropGrantsOn(services, userId);
  await bots.persist();
  rotation.endAll(account);
  activity.add('account.removed', `You removed ${login}`, { login });
  return OK;
}

async function setIntents(
  services: AccountServices,
  userId: string,
  intents: string[],
): Promise<CallResult<void>> {
  const [account] = services.accounts.loginsOf(userId);
  if (account === undefined) return noSuchAccount();
  const { login } = account;
  const checked = intents.map((intent) => INTENT.safeParse(intent));
  const names = checked.flatMap((intent) => (intent.success ? [intent.data] : []));
  if (names.length < intents.length) return badIntentName();
  const saved = await stored(services.deps.log, services.accounts.setIntents(userId, [...new Set(names)]));
  if (saved.ok) services.activity.add('intents.changed', `You changed the jobs of ${login}`, { login });
  return saved;
}

function recordSignIn(
  { activity, notices }: Pick<AccountServices, 'activity' | 'notices'>,
  result: Result<Account>,
): void {
  if (result.ok || result.error.recorded) return; // told there where it is known who did it
  const { code, message } = result.error;
  if (code === 'scope-missing') notices.add('warning', message);
  activity.add('account.signed-in', `A sign-in did not work out: ${message}`, { ok: false });
}
