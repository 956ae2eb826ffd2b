/** What the streamer does in the window and the tray. */
import type { CallResult } from '../../shared/ipc.ts';
import { LIMITS } from '../../shared/protocol.ts';
import { type Account, formerOf } from './accounts/account.ts';
import { heldFrom, INTENT } from './accounts/accounts.ts';
import { keepsSecrets } from './accounts/store.ts';
import { keptBy, OK, refuse } from './answers.ts';
import { createActivityActions } from './audit/activity-actions.ts';
import { createBackupActions } from './backup/backup-actions.ts';
import { createBotActions } from './bot-actions.ts';
import type { Fault, Outcome } from './fault.ts';
import { createLockActions, refuseWhileLocked } from './lock-actions.ts';
import type { Parts } from './parts.ts';
import { Secret } from './secret.ts';
import type { Switches } from './switches.ts';
import { CLIENT_ID, CLIENT_SECRET, saveApp, type TwitchApp } from './twitch/app.ts';
import type { VaultActions } from './vault.ts';

const STILL_GOOD =
  'A new token was made, but Twitch could not be told to end the old one. Try again; otherwise it ends by itself within hours.';
const NO_ACCOUNT = refuse('not-found', 'That account is no longer in Castkey.');
/** The streamer may take her time: as long as the longest wait there is. */
const SIGN_IN_MS = LIMITS.timeoutMs.max * 3;

/** Each answers with a value; an exception means a bug. */
export function createActions(parts: Parts, switches: Switches): VaultActions {
  const { deps, accounts, bots, activity, notices, provider, refreshing, signIns, twitch } = parts;

  async function refresh(account: Account): Promise<CallResult<void>> {
    // A refused login has nothing to be answered with in the meantime: her click tries it at once.
    const parked = account.state !== 'ok' && account.tokens.refresh !== null;
    const outcome = await (parked ? refreshing.refresh(account) : provider.forceRefresh(account));
    const { login } = account;
    const text = outcome.ok
      ? `You refreshed the token of ${login}`
      : `Refreshing ${login} failed: ${outcome.fault.message}`;
    activity.add('token.refreshed', text, { login, ok: outcome.ok });
    return outcome.ok ? OK : callFault(outcome.fault);
  }

  async function rotate(account: Account): Promise<CallResult<void>> {
    const { login } = account;
    const outcome = await parts.rotation.rotate(account);
    const left = outcome.ok ? outcome.value.left : 0;
    const trouble = outcome.ok ? (left > 0 ? STILL_GOOD : null) : outcome.fault.message;
    const text =
      trouble === null ? `You exchanged the token of ${login}` : `Exchanging the token of ${login} failed`;
    activity.add('token.rotated', trouble === null ? text : `${text}: ${trouble}`, {
      login,
      ok: trouble === null,
    });
    if (!outcome.ok) return callFault(outcome.fault);
    return left > 0 ? refuse('twitch', STILL_GOOD) : OK;
  }

  const kept = (write: Promise<unknown>): Promise<CallResult<void>> => keptBy(deps.log, write);

  /** Twitch's word on the application before it is taken into use; silence is not a no. */
  async function probe(app: TwitchApp): Promise<string | null> {
    const reply = app.kind === 'public' ? await twitch.startDevice(app, []) : await twitch.appToken(app);
    return reply.kind === 'setup' ? reply.message : null;
  }

  const actions: VaultActions = {
    ...createBackupActions(parts, switches),
    ...createLockActions(parts, switches),
    ...createBotActions(parts, kept),
    ...createActivityActions(parts),
    async 'app.configure'({ clientId, kind, clientSecret }) {
      if (!CLIENT_ID.safeParse(clientId).success) {
        return refuse('bad-request', 'That is no client ID: Twitch’s have letters and digits only.');
      }
      if (kind === 'confidential' && !CLIENT_SECRET.safeParse(clientSecret).success)
        return refuse('setup', 'A confidential application needs its client secret.');
      const app: TwitchApp =
        kind === 'public' ? { kind, clientId } : { kind, clientId, secret: new Secret(clientSecret ?? '') };
      const trouble = await probe(app);
      if (trouble !== null) return refuse('setup', `Twitch says: ${trouble}. Please check what you entered.`);
      const saved = await kept(saveApp(deps.documents, deps.box, app, keepsSecrets(deps)));
      if (!saved.ok) return saved;
      await switches.takeApp(app);
      activity.add('app.configured', `The Twitch application is ${clientId} (${kind})`);
      return OK;
    },
    async 'account.signIn'({ userId, scopes = [] }) {
      if (switches.app() === null) return refuse('setup', 'Set up your Twitch application first.');
      if (userId !== undefined && accounts.get(userId) === null) return NO_ACCOUNT;
      const wish = { userId: userId ?? null, scopes, bot: null };
      // Answered when the window opens, not when it closes: the page must not hang on it.
      void signIns.ask(wish, SIGN_IN_MS).then((outcome) => tellSignIn(parts, outcome));
      return OK;
    },
    async 'account.addToken'({ accessToken }) {
      const app = switches.app();
      if (app === null) return refuse('setup', 'Set up your Twitch application first.');
      const access = new Secret(accessToken.replace(/^oauth:/i, ''));
      const reply = await twitch.validate(access);
      if (reply.kind === 'transient') return refuse('twitch', 'Twitch can’t be reached just now; try again.');
      if (reply.kind !== 'ok') return refuse('refused', 'Twitch says that this token is not valid.');
      const { clientId, userId, login, scopes, expiresIn } = reply.value;
      if (userId === null) return refuse('refused', 'That is a token of an application, not of an account.');
      if (clientId !== app.clientId)
        return refuse('refused', 'That token belongs to another Twitch application.');
      const held = accounts.get(userId);
      if (held?.tokens.refresh)
        return refuse('refused', `${held.login} is signed in already, which is better than a bare token.`);
      const pair = { access, refresh: null, scopes, expiresIn };
      const now = deps.clock.now();
      const tokens = heldFrom(pair, now, { refresh: null, scopes });
      const bare = { clientId, userId, login: login ?? userId, tokens, validatedAt: now };
      await accounts.adopt(bare, 'replaced');
      return OK;
    },
    async 'account.refresh'({ userId }) {
      const account = accounts.get(userId);
      return account ? refresh(account) : NO_ACCOUNT;
    },
    async 'account.refreshAll'() {
      const renewable = accounts.list().filter(({ tokens }) => tokens.refresh !== null);
      const results = await Promise.all(renewable.map(refresh));
      const failures = results.filter((result) => !result.ok).length;
      return failures === 0
        ? OK
        : refuse('twitch', `${failures} of ${results.length} accounts could not be refreshed.`);
    },
    async 'account.rotate'({ userId }) {
      const account = accounts.get(userId);
      return account ? rotate(account) : NO_ACCOUNT;
    },
    async 'account.remove'({ userId }) {
      const account = accounts.get(userId);
      if (account === null) return NO_ACCOUNT;
      await refreshing.pending(account);
      const removed = await kept(accounts.remove(account));
      if (accounts.get(userId) === account) return removed;
      for (const bot of bots.list()) bot.grants = bot.grants.filter((grant) => grant.userId !== userId);
      await bots.keep();
      // Best effort: the login is gone from here whether or not Twitch hears of it.
      for (const { access } of formerOf(account, deps.clock.now()))
        void twitch.revoke(account.clientId, access);
      activity.add('account.removed', `You removed ${account.login}`, { login: account.login });
      return OK;
    },
    async 'account.setIntents'({ userId, intents }) {
      const account = accounts.get(userId);
      if (account === null) return NO_ACCOUNT;
      const checked = intents.map((intent) => INTENT.safeParse(intent));
      const names = checked.flatMap((one) => (one.success ? [one.data] : []));
      if (names.length < intents.length)
        return refuse('bad-request', 'A job’s name has 1 to 60 characters on one line.');
      const saved = await kept(accounts.setIntents(userId, [...new Set(names)]));
      if (saved.ok)
        activity.add('intents.changed', `You changed the jobs of ${account.login}`, { login: account.login });
      return saved;
    },
    async 'settings.change'(change) {
      const saved = await kept(switches.setSettings({ ...switches.settings(), ...change }));
      if (saved.ok)
        activity.add('settings.changed', `You changed settings: ${Object.keys(change).join(', ')}`);
      return saved;
    },
    async 'passphrase.set'({ passphrase }) {
      if (keepsSecrets(deps)) return refuse('refused', 'Your logins are already sealed.');
      await deps.box.givePassphrase(passphrase);
      for (const account of accounts.list()) await accounts.keep(account);
      const app = switches.app();
      const saved = await kept(app ? saveApp(deps.documents, deps.box, app, true) : Promise.resolve());
      activity.add('passphrase.set', 'You set a passphrase');
      return saved.ok ? kept(bots.save()) : saved;
    },
    async 'passphrase.enter'({ passphrase }) {
      if ((await deps.box.givePassphrase(passphrase)) === 'wrong') {
        activity.add('passphrase.refused', 'A wrong passphrase was entered', { ok: false });
        return refuse('refused', 'That passphrase is not the right one.');
      }
      await switches.unsealed();
      activity.add('passphrase.entered', 'You opened your logins with the passphrase');
      return OK;
    },
    async 'notice.dismiss'({ id }) {
      notices.dismiss(id);
      return OK;
    },
  };
  return refuseWhileLocked(actions, switches.locked);
}

function tellSignIn({ activity, notices }: Parts, outcome: Outcome<Account>): void {
  if (outcome.ok)
    return activity.add('account.signed-in', `You signed in ${outcome.value.login}`, {
      login: outcome.value.login,
    });
  if (outcome.fault.code === 'scope-missing') notices.add('warning', outcome.fault.message);
  activity.add('account.signed-in', `A sign-in did not work out: ${outcome.fault.message}`, { ok: false });
}

function callFault({ code, message }: Fault): CallResult<never> {
  return refuse(code === 'setup' ? 'setup' : 'twitch', message);
}
