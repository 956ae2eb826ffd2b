/** Times in a backup are claims: none lies after the moment it was made, and that not after now. Pure. */
import type { Account } from '../accounts/account.ts';
import { type GrantEnd, UNSEEN_MS } from '../bots/grant-end.ts';
import type { Grant } from '../bots/grants.ts';
import type { BackupContents, KeyedBot } from './contents.ts';

/** No access token of Twitch's lives longer (those of the implicit flow: about 60 days). */
const MAX_LIFE_MS = 90 * 24 * 3_600_000;
/** No account was ever refreshed so often; what a backup says of it must leave room to count on. */
const MAX_VERSION = 1_000_000_000;

/** The same contents with no time in them that can't be. */
export function capTimes(contents: BackupContents, now: number): BackupContents {
  const madeAt = within(contents.madeAt, now);
  return {
    ...contents,
    madeAt,
    accounts: contents.accounts.map((account) => capAccount(account, madeAt)),
    bots: contents.bots.map((bot) => capBot(bot, madeAt)),
  };
}

const within = (at: number, latest: number): number => Math.min(Math.max(0, at), latest);
const withinOrNone = (at: number | null, latest: number): number | null =>
  at === null ? null : within(at, latest);

function capAccount(account: Account, madeAt: number): Account {
  const { tokens, former, validatedAt } = account;
  const ends = (expiresAt: number | null): number | null => withinOrNone(expiresAt, madeAt + MAX_LIFE_MS);
  return {
    ...account,
    tokens: {
      ...tokens,
      obtainedAt: within(tokens.obtainedAt, madeAt),
      expiresAt: ends(tokens.expiresAt),
      version: Math.min(tokens.version, MAX_VERSION),
    },
    former: former.map((token) => ({ ...token, expiresAt: ends(token.expiresAt) })),
    validatedAt: withinOrNone(validatedAt, madeAt),
  };
}

function capBot(bot: KeyedBot, madeAt: number): KeyedBot {
  const capGrant = (grant: Grant): Grant => ({
    ...grant,
    ends: capEnd(grant.ends, madeAt),
    createdAt: within(grant.createdAt, madeAt),
    firstUsedAt: withinOrNone(grant.firstUsedAt, madeAt),
    lastUsedAt: withinOrNone(grant.lastUsedAt, madeAt),
    uses: within(Math.trunc(grant.uses), Number.MAX_SAFE_INTEGER),
  });
  return {
    ...bot,
    pairedAt: within(bot.pairedAt, madeAt),
    lastSeenAt: withinOrNone(bot.lastSeenAt, madeAt),
    grants: bot.grants.map(capGrant),
  };
}

/** No permission that ends was ever given for longer. */
function capEnd(ends: GrantEnd, madeAt: number): GrantEnd {
  if (ends === null) return null;
  if (ends.kind === 'at') return { ...ends, at: within(ends.at, madeAt + UNSEEN_MS) };
  const offlineSince = withinOrNone(ends.offlineSince, madeAt);
  return { ...ends, offlineSince, latest: within(ends.latest, madeAt + UNSEEN_MS) };
}
