/** Sends a refresh token to Twitch, unless it may have been used: then its access token is asked about first. */
import type { TwitchApplication } from '../applications/application.ts';
import type { Deps } from '../ports.ts';
import type { Secret } from '../secret.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import { notBegun, type TwitchReply, type TwitchTrouble } from '../twitch/reply.ts';
import { type Account, timeLeft } from './account.ts';
import type { Accounts } from './accounts.ts';
import {
  type AccessToken,
  aboutToBeSent,
  afterTrouble,
  mayBeUsed,
  type ParkedReason,
  planSending,
  type RefreshTokenUse,
} from './refresh-token-use.ts';

/** A token this close to its end, in milliseconds, has run out rather than been ended: clocks differ. */
export const EARLY_MS = 60_000;

/** What came of it; `parked`: it was not sent, or Twitch refuses it for good. `outdated`: newer tokens came meanwhile.
 * `unsaved`: the disk refuses to note that it is sent. */
export type RefreshOutcome =
  | TwitchReply<TokenPair>
  | { kind: 'parked'; why: ParkedReason; message: string }
  | { kind: 'outdated' }
  | { kind: 'unsaved' };

/** One request of an account. `anyway`: the streamer knows what it may cost. */
export interface RefreshOrder {
  application: TwitchApplication;
  account: Account;
  refresh: Secret;
  anyway: boolean;
}

/** What it works with. */
export interface RefreshRequestServices {
  deps: Pick<Deps, 'clock'>;
  accounts: Pick<Accounts, 'persist'>;
  twitch: Pick<Twitch, 'refresh' | 'validate'>;
}

/** Sends it, and keeps account of what became of it on the disk, before and after. */
export function createRefreshRequest({ deps, accounts, twitch }: RefreshRequestServices) {
  function note(account: Account, use: RefreshTokenUse): void {
    account.tokens = { ...account.tokens, use };
  }

  /** Nothing is used up by asking. */
  async function askAbout(account: Account): Promise<AccessToken | TwitchTrouble> {
    const { tokens } = account;
    if (tokens.use.endedEarly) return 'ended';
    const reply = await twitch.validate(tokens.access);
    // As of now: the computer may have slept while it asked, and the token run out meanwhile.
    const inTime = timeLeft(tokens, deps.clock.now()) > EARLY_MS;
    if (reply.kind === 'ok') return reply.value.userId === account.userId ? 'good' : 'ended';
    if (reply.kind === 'rejected') return inTime ? 'ended' : 'over';
    return reply.kind === 'setup' ? notBegun(reply.message) : reply;
  }

  function park(account: Account, access: AccessToken, message: string): RefreshOutcome | null {
    const plan = planSending(account.tokens.use, access);
    if (plan === 'send') return null;
    note(account, { ...account.tokens.use, parked: plan, endedEarly: access === 'ended' });
    if (access !== 'good') account.tokens = { ...account.tokens, expiresAt: deps.clock.now() };
    return { kind: 'parked', why: plan, message };
  }

  async function send({ application, account, refresh, anyway }: RefreshOrder, access: AccessToken | null) {
    const { use: before, version } = account.tokens;
    note(account, aboutToBeSent(before, access));
    await accounts.persist(account);
    if (account.tokens.version !== version || account.blocked !== null) return { kind: 'outdated' } as const;
    // A crash would leave no trace of it. Once bots have nothing left to go on with, that is the smaller evil.
    if (!account.saved && !anyway && timeLeft(account.tokens, deps.clock.now()) > 0) {
      note(account, before);
      return { kind: 'unsaved' } as const;
    }
    const reply = await twitch.refresh(application, refresh);
    if (reply.kind === 'ok' || account.tokens.version !== version) return reply;
    const outcome = outcomeOf(reply);
    note(account, afterTrouble(before, account.tokens.use, outcome));
    if (outcome === 'refused' || outcome === 'lost') return reconsider(account, reply);
    await accounts.persist(account); // or the next start would take it for lost
    return reply;
  }

  /**
   * At once, since bots should not be handed a token that is over. While it holds all is well: refusals have been wrong
   * (twitchdev/issues#1037), and a request that was lost on its way was not carried out.
   */
  async function reconsider(account: Account, reply: TwitchTrouble): Promise<RefreshOutcome> {
    const { version } = account.tokens;
    const access = await askAbout(account);
    if (typeof access !== 'string' || account.tokens.version !== version) return reply;
    return park(account, access, reply.kind === 'rejected' ? reply.message : '') ?? reply;
  }

  return async function request(order: RefreshOrder): Promise<RefreshOutcome> {
    const { application, account, refresh, anyway } = order;
    const { use, version } = account.tokens;
    if (application.kind === 'confidential') return twitch.refresh(application, refresh);
    // While Twitch is out of reach, that it answers at all is found out without sending anything that works once.
    if (anyway || !(mayBeUsed(application.kind, use) || account.offlineSince !== null))
      return send(order, null);
    const access = await askAbout(account);
    if (account.tokens.version !== version) return { kind: 'outdated' };
    if (typeof access !== 'string') return access;
    return park(account, access, account.trouble) ?? send(order, access);
  };
}

function outcomeOf(trouble: TwitchTrouble): 'unsent' | 'failed' | 'lost' | 'refused' {
  if (trouble.kind === 'rejected') return 'refused';
  return trouble.kind === 'setup' ? 'failed' : trouble.fate;
}
