import { quoted } from '../../../shared/quoted.ts';
import type { BotView, GrantView, HeldTokenView } from '../../../shared/views.ts';
import { counted } from '../../format/phrases.ts';
import { safeText } from '../../format/safe-text.ts';
import { agoWords, dateWords, durationWords, timeOfDay } from '../../format/time-words.ts';

/** True for a bot whose program is another one than she allowed. */
export const hasChanged = (bot: BotView): boolean => bot.changed !== null;

const rank = (bot: BotView): number =>
  bot.changed?.held ? 0 : bot.changed ? 1 : bot.connections > 0 ? 2 : 3;

/** Bots that need her first, then those at work, then by when they were last seen. */
export function botsInOrder(bots: readonly BotView[]): BotView[] {
  return [...bots].sort(
    (a, b) =>
      rank(a) - rank(b) || (b.lastSeenAt ?? 0) - (a.lastSeenAt ?? 0) || a.name.localeCompare(b.name, 'en'),
  );
}

/** What a bot is called where names have to differ: with the day it was let in if others share its name. */
export function botTitle(bot: BotView): string {
  const name = safeText(bot.name);
  return bot.similarNames > 0 ? `${name}, let in on ${dateWords(bot.pairedAt)}` : name;
}

/** Tells a bot from others of its name; empty when there are none. */
export function similarNamesNote(bot: BotView): string {
  if (bot.similarNames === 0) return '';
  const others = bot.similarNames === 1 ? 'Another bot uses' : `${bot.similarNames} other bots use`;
  return `${others} this name too; this one was let in on ${dateWords(bot.pairedAt)} at ${timeOfDay(bot.pairedAt)}.`;
}

/** What a grant is for, in words. */
export function grantTarget(grant: GrantView): string {
  if (grant.app) return 'the Twitch application’s own token';
  if (grant.intent === null) return grant.login ?? 'an account that is gone';
  const job = `the job ${quoted(safeText(grant.intent))}`;
  return grant.login ? `${job}, now ${grant.login}` : `${job}, nobody’s yet`;
}

/** How much a grant was used: how often, since when, and when last. */
export function usageWords(grant: GrantView, now: number): string {
  const { firstUsedAt, lastUsedAt, uses } = grant;
  if (lastUsedAt === null) return `given ${dateWords(grant.createdAt)}, not used yet`;
  const last = agoWords(lastUsedAt, now);
  if (uses === 1) return `used once, ${last}`;
  const first = firstUsedAt === null ? '' : `first ${agoWords(firstUsedAt, now)}, `;
  return `used ${counted(uses, 'time')}, ${first}last ${last}`;
}

/** When a grant ends by itself; empty for one that lasts. */
export function endWords({ ends }: GrantView, now: number): string {
  if (ends === null) return '';
  if (ends.kind === 'at') return `until ${timeOfDay(ends.at)}, ${durationWords(ends.at - now)} left`;
  if (ends.offlineSince === null) return 'until your stream ends';
  const left = ends.offlineSince + STREAM_GRACE_MS - now;
  return `your stream is over: ends in ${durationWords(left)} unless it goes on`;
}

/** So long Castkey waits whether a stream that broke off goes on. */
const STREAM_GRACE_MS = 15 * 60_000;

/** Whether a bot may do nothing and can do nothing: it holds no token either. */
export const isIdle = ({ grants, holds }: BotView): boolean => grants.length === 0 && holds.length === 0;

/** A token that outlives its permission, in words. */
export function heldWords(held: HeldTokenView, now: number): string {
  const { expiresAt } = held;
  const holds = `Holds ${heldTarget(held)}`;
  if (expiresAt === null) return `${holds} that never expires`;
  const day = dateWords(expiresAt) === dateWords(now) ? '' : `${dateWords(expiresAt)}, `;
  return `${holds} until ${day}${timeOfDay(expiresAt)}`;
}

/** What it is a token of, with its article. */
export const heldTarget = ({ login, application }: HeldTokenView): string =>
  login === null ? `the token of the application ${safeText(application)}` : `a token for ${login}`;

/** What becomes of it, and what ending it means. */
export function heldNote({ userId, endable }: HeldTokenView): string {
  if (!endable)
    return 'It may not ask for another. Castkey doesn’t have this one any more since it was started anew, so it can’t end it: it ends by itself then.';
  const others = userId === null ? 'bots that may use it' : 'your other bots';
  return `It may not ask for another, but Twitch lets this one work until then. If you end it, ${others} get a new one by themselves.`;
}

/** How much it has of what it needs and would like. */
export function wantedSummary(scopes: BotView['scopes']): string {
  const count = (required: boolean) =>
    scopes.filter((one) => one.required === required && !one.granted).length;
  const [needed, liked] = [count(true), count(false)];
  if (needed + liked === 0) return 'Has all it needs';
  const parts = [needed > 0 ? `${needed} it needs` : '', liked > 0 ? `${liked} optional` : ''].filter(
    Boolean,
  );
  return `${counted(needed + liked, 'permission')} missing: ${parts.join(', ')}`;
}

/** What a bot may use, in one line. */
export function grantsWords(bot: BotView): string {
  const [first, ...rest] = bot.grants.map((grant) =>
    grant.app ? grantTarget(grant) : (grant.login ?? `the job ${quoted(safeText(grant.intent ?? ''))}`),
  );
  const [held] = bot.holds;
  if (first === undefined && held) return `Holds ${heldTarget(held)}`;
  if (first === undefined) return 'May use nothing';
  const more = new Set(rest.filter((name) => name !== first)).size;
  return `May use ${first}${more ? ` and ${more} more` : ''}`;
}

/** Bots that have every word of the query in what is known of them. */
export function findBots(bots: readonly BotView[], query: string): BotView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return bots.filter((bot) => {
    const grants = bot.grants.flatMap(({ login, intent }) => [login, intent]);
    const text = [bot.name, bot.program, bot.script, ...grants].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
