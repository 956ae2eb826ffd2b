import type { ApprovalView } from '../../shared/views.ts';
import { counted } from '../format/phrases.ts';
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
    ? `You already let in a bot by this name on ${last}. This one is not it.`
    : `You already let in ${counted(similarNames.length, 'bot')} by this name, the last on ${last}. This one is none of them.`;
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
