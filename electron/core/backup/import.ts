/** Takes logins over from another program, each only after Twitch has said whose it is. */
import { createHash } from 'node:crypto';
import { quoted } from '../../../shared/quoted.ts';
import { type Account, type HeldTokens, USER_ID } from '../accounts/account.ts';
import { chooseLogin, isWorking, type LoginChoice } from '../accounts/login-choice.ts';
import { tokensFrom } from '../accounts/new-login.ts';
import { nextUse, type RefreshTokenUse, UNUSED } from '../accounts/refresh-token-use.ts';
import type { TwitchApplication } from '../applications/application.ts';
import { bad, good, kept, type ReportLine } from '../report.ts';
import { UNREACHABLE } from '../result.ts';
import type { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import { validateWithRetries } from '../sign-in/login-check.ts';
import type { Lifetime } from '../twitch/answers.ts';
import type { TokenInfo, TokenPair } from '../twitch/endpoints.ts';
import type { TwitchTrouble } from '../twitch/reply.ts';
import { isNewerAtTwitch } from './asked-twitch.ts';
import { ensureApplication, namedApplication } from './brought-application.ts';
import type { ForeignLogin } from './foreign-logins.ts';

type ImportServices = Pick<
  Services,
  'accounts' | 'activity' | 'applications' | 'deps' | 'refresher' | 'twitch' | 'unfinished'
>;

/** A login that Twitch has confirmed. `refreshed`: by a refresh just now, so that the file's is used up. */
interface Confirmed {
  pair: TokenPair;
  info: TokenInfo;
  refreshed: boolean;
}

/** What is known besides the file. */
export interface ImportContext {
  /** How to call the login before its name is known. */
  label: string;
  /** Castkey had no account when the import began, so that nothing of hers can be ended by it. */
  isEmpty: boolean;
  /** Reads the logins of an application that has just been added, should any rest in the profile. */
  loadAccounts(): Promise<void>;
  /** SHA-256 of the refresh tokens of files that were sent in this run. */
  sent: Set<string>;
}

/** The sentence on one login of a file; `usual` is the application of those that name none. */
export async function importLogin(
  services: ImportServices,
  usual: TwitchApplication | null,
  found: ForeignLogin,
  context: ImportContext,
): Promise<ReportLine> {
  const { label, loadAccounts } = context;
  const named = found.clientId === null ? usual : namedApplication(services, found);
  const sameLogin = services.accounts.list().find(({ tokens }) => sameSecret(tokens.refresh, found.refresh));
  if (sameLogin) return REPORT_LINES.same(sameLogin.login, false); // refreshing it here would use up what is in use
  const confirmed = await confirm(services, named, found, context);
  if (typeof confirmed === 'string') return bad(`${label} was not taken over: ${confirmed}`);
  const { info, refreshed } = confirmed;
  if (found.clientId !== null && info.clientId !== found.clientId)
    return bad(`${info.login ?? label} was refused: ${FOREIGN}`);
  if (info.userId === null || !USER_ID.safeParse(info.userId).success)
    return bad(`${label} was refused: it is a token of an application, not of an account.`);
  const trouble = await ensureApplication(services, info.clientId, named, loadAccounts);
  if (trouble !== null) return bad(`${info.login ?? label} was not taken over: ${trouble}`);
  const result = await storeImported(
    services,
    { ...confirmed, info: { ...info, userId: info.userId } },
    found,
  );
  const login = info.login ?? info.userId;
  if (result === 'take') services.activity.add('account.imported', `You imported ${login}`, { login });
  return REPORT_LINES[result](login, refreshed);
}

function sameSecret(one: Secret | null, other: Secret | null): boolean {
  return one !== null && other !== null && one.reveal() === other.reveal();
}

const FOREIGN = 'Twitch says that it belongs to another Twitch application than the file says.';
const NO_APPLICATION =
  'its token is over, and which Twitch application could renew it isn’t known here. Sign in instead.';
const USED =
  'its token ended before its time, so the program it comes from has renewed it since, or it was disconnected at Twitch. Sign in instead.';

const UNTOLD =
  'its token has run out, and nobody can tell whether it has been renewed since. To try it could end every login of that account. Sign in instead.';

/** Access tokens live about four hours: one that is younger and dead was ended by a renewal, or taken back. */
const SURELY_ALIVE_MS = 3 * 3_600_000;

/** Sending its refresh token once more would end all that the person has with that application. */
const endedEarly = ({ obtainedAt }: ForeignLogin, now: number): boolean =>
  obtainedAt !== null && obtainedAt <= now && now - obtainedAt < SURELY_ALIVE_MS;

/** Why a login of a file was left as it is. */
export const QUITTING = 'Castkey was quitting. Nothing was changed; import it once more.';
const OVER = 'Twitch doesn’t accept it any more. Sign in instead.';

async function storeImported(
  { deps, accounts, refresher, twitch }: ImportServices,
  { pair, info, refreshed }: Confirmed & { info: { userId: string } },
  found: ForeignLogin,
): Promise<LoginChoice | 'unsaved'> {
  const { clientId, userId } = info;
  const now = deps.clock.now();
  const scopes = info.scopes ?? pair.scopes;
  const fresh = tokensFrom({ ...pair, scopes }, now, { scopes: [] });
  const given = refreshed ? now : Math.min(found.obtainedAt ?? now, now);
  const held = accounts.get({ clientId, userId });
  // Else the program it comes from has it, too, and may renew it first.
  const use: RefreshTokenUse = refreshed ? nextUse(held?.tokens.use) : { ...UNUSED, copies: 'elsewhere' };
  const tokens: HeldTokens = { ...fresh, obtainedAt: given, version: 0, use };
  if (held !== null) await refresher.pending(held);
  const version = held?.tokens.version;
  const newer = refreshed || (await isNewer(twitch, pair.expiresIn, held));
  const login = info.login ?? userId;
  const state = { state: 'ok', trouble: '', validatedAt: now } as const;
  return accounts.importLogin({ clientId, userId, login, tokens, ...state, onlyCopy: refreshed }, (here) =>
    refreshed || here?.tokens.version === version
      ? chooseLogin(here, { tokens, confirmed: true, newer }, now)
      : 'older',
  );
}

/** A time in the file is a claim, so what replaces a login that works must be newer for Twitch. */
async function isNewer(
  twitch: ImportServices['twitch'],
  expiresIn: Lifetime,
  held: Account | null,
): Promise<boolean> {
  return held !== null && isWorking(held) && (await isNewerAtTwitch(twitch, expiresIn, held)) === true;
}

/** Twitch's word on it; a dead access token is refreshed once, if that can be done. Else why not, in words. */
async function confirm(
  services: ImportServices,
  app: TwitchApplication | null,
  found: ForeignLogin,
  { isEmpty, loadAccounts, sent }: ImportContext,
): Promise<Confirmed | string> {
  const { access, refresh } = found;
  const first = await services.twitch.validate(access);
  if (first.kind === 'ok') {
    const pair = { access, refresh, scopes: null, expiresIn: first.value.expiresIn };
    return { pair, info: first.value, refreshed: false };
  }
  if (first.kind !== 'rejected') return excuse(first);
  if (refresh === null) return OVER;
  if (app === null) return NO_APPLICATION;
  // Before it is renewed: what comes back must have a place.
  const trouble = await ensureApplication(services, app.clientId, app, loadAccounts);
  if (trouble !== null) return trouble;
  if (app.kind === 'public') {
    if (endedEarly(found, services.deps.clock.now())) return USED;
    const hash = createHash('sha256').update(refresh.reveal()).digest('hex');
    if (!isEmpty || sent.has(hash)) return UNTOLD;
    sent.add(hash);
  }
  if (services.unfinished.isClosed()) return QUITTING;
  const reply = await services.twitch.refresh(app, refresh);
  if (reply.kind !== 'ok') return excuse(reply);
  const pair = reply.value;
  const second = await validateWithRetries(services.deps, services.twitch, pair);
  if (second.kind !== 'ok') return 'Twitch renewed it but didn’t say whose it is. Sign in instead.';
  const expiresIn = pair.expiresIn ?? second.value.expiresIn;
  return { pair: { ...pair, expiresIn }, info: second.value, refreshed: true };
}

function excuse(trouble: TwitchTrouble): string {
  if (trouble.kind === 'rejected') return OVER;
  if (trouble.kind === 'setup') return `Twitch says ${quoted(trouble.message)}.`;
  return trouble.fate === 'lost'
    ? 'Twitch’s answer was lost on the way, so the login may be used up now. Sign in instead.'
    : `${UNREACHABLE} just now; try again later.`;
}

const KEPT = {
  same: 'it is here already, with the same login',
  older: 'the login here works and is newer',
  narrower: 'the login here has permissions that the other one lacks',
  bare: 'the login here renews itself, which the other one can’t',
} as const;

type Sentence = (login: string, refreshed: boolean) => ReportLine;
const keptBecause =
  (why: keyof typeof KEPT): Sentence =>
  (login, refreshed) =>
    kept(`${login} stays as it is: ${KEPT[why]}.${refreshed ? ` ${USED_UP}` : ''}`);
const USED_UP = 'To find that out, the login in the file had to be renewed; it may be used up now.';

const REPORT_LINES: Record<LoginChoice | 'unsaved', Sentence> = {
  take: (login) => good(`${login} was taken over; Twitch confirmed it.`),
  same: keptBecause('same'),
  older: keptBecause('older'),
  narrower: keptBecause('narrower'),
  bare: keptBecause('bare'),
  unsaved: (login, refreshed) =>
    refreshed
      ? bad(
          `${login} was taken over, but the disk refuses to keep it. Free some space; Castkey keeps trying.`,
        )
      : bad(
          `${login} was not taken over: the disk refuses to keep it. Free some space, then import once more.`,
        ),
};
