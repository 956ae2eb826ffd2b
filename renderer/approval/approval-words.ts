import type { ApprovalView } from '../../shared/prompt-views.ts';
import type { ReachedScope } from '../../shared/token-reach.ts';
import { counted, listed } from '../format/phrases.ts';
import { dateWords } from '../format/time-words.ts';

/** What each kind of request is, as the window's heading. */
export const HEADINGS = {
  pair: 'A new bot wants to connect',
  grant: 'A bot asks for more',
  changed: 'A bot you know has changed',
} as const satisfies Record<ApprovalView['kind'], string>;

/** Tells this bot from others of its name; empty when there are none. */
export function similarNamesWarning(similarNames: ApprovalView['similarNames']): string {
  if (similarNames.length === 0) return '';
  const last = dateWords(Math.max(...similarNames.map(({ pairedAt }) => pairedAt)));
  return similarNames.length === 1
    ? `You already let in a bot by this name, or one that looks like it, on ${last}. This one is not it.`
    : `You already let in ${counted(similarNames.length, 'bot')} by this name or ones that look like it, the last on ${last}. This one is none of them.`;
}

/** What an application's own token can do; it has no scopes that would say so. */
export const APP_POWERS = [
  {
    words: 'chat as any account that allowed this application (user:bot), and read its chat',
    dangerous: true,
  },
  { words: 'hear from Twitch what happens on channels that allowed it (EventSub)', dangerous: false },
  { words: 'look up what anybody can see on Twitch', dangerous: false },
] as const;

/** How much a token can do, and that asking for less doesn't make it less. */
export function reachWords(reach: readonly ReachedScope[]): string {
  const asked = reach.filter((one) => one.asked).length;
  const others = reach.length - asked;
  if (reach.length === 0) return 'If the account is granted more later, its token can do that, too.';
  if (others === 0)
    return `${counted(asked, 'thing')}, all asked for. Granted more later, it can do that, too.`;
  const all = counted(reach.length, 'thing');
  return `${all}, of which the bot asked for ${asked}. Twitch has no smaller token: it gets them all, and what the account is granted later.`;
}

/** What it means that name or reason borrow somebody's authority; empty when they don't. */
export function claimsWarning(claims: readonly string[]): string {
  if (claims.length === 0) return '';
  return `Its own words use “${listed(claims)}”. Nobody has checked that, and Castkey itself never asks this way: go by what the system says.`;
}

/** Tells that others of its name wait behind it; empty when there are none. */
export function rivalsWarning(others: number): string {
  if (others === 0) return '';
  const who = others === 1 ? 'Another program' : `${others} other programs`;
  return `${who} under the same or nearly the same name wait${others === 1 ? 's' : ''} behind this one. Compare what the system says of each.`;
}

/** What the program's path is worth where it runs anybody's scripts; empty where it is a program of its own. */
export function interpreterWords({ interpreter, remote, peer }: ApprovalView): string {
  if (!interpreter || remote) return '';
  const name = peer.program?.split(/[\\/]/).at(-1) || 'This program';
  const script =
    peer.script === null ? 'and which one this is can’t be told' : 'so the script is what counts';
  return `${name} runs many programs, ${script}. What Castkey remembers is the bot’s key.`;
}

/** What the less obvious answers mean for this kind of request. */
export function decisionHint(kind: ApprovalView['kind']): string {
  const once = 'Allow once gives one token, which works until it expires.';
  return kind === 'changed' ? `Always allow takes the change as yours. ${once}` : once;
}

/** What a screen reader hears of the time that is left: twice, not every second; otherwise nothing. */
export function timeWarning(leftMs: number): string {
  if (leftMs <= 0) return '';
  if (leftMs <= 10_000) return '10 seconds left to answer, then it is denied.';
  return leftMs <= 30_000 ? '30 seconds left to answer, then it is denied.' : '';
}
