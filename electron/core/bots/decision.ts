/** What a decision of the streamer means, in words for the bot and for the record. */
import type { ApprovalChoice } from '../../../shared/ipc.ts';
import type { ApprovalWantView } from '../../../shared/prompt-views.ts';
import type { Peer } from '../ports.ts';
import {
  approvalDenied,
  approvalLocked,
  approvalQueueFull,
  approvalThrottled,
  approvalTimeout,
  approvalUnshown,
  type Failed,
  shuttingDown,
} from '../result.ts';
import type { LastingChoice } from './grant-end.ts';

/** Her yes; `request` is the same for all who waited for one decision. */
export interface Yes {
  kind: Exclude<ApprovalChoice, 'deny'>;
  /** Jobs nobody had, and the accounts she gives them to: intent → user ID, or `NEW_ACCOUNT`. */
  intents: Record<string, string>;
  /** Client ID of the Twitch application it is for; null where that is nothing new. */
  application: string | null;
  request: string;
  /** What she saw and said yes to. */
  wants: ApprovalWantView[];
  /** The program, as it was looked at again when she said it. */
  peer: Peer;
}
/**
 * Her answer to an approval request, or why there is none. `remembered`: she said no to the same a few
 * minutes ago; `unread`: it was closed before it could be
 * read; `shown`: its window was there when its time was over; `full`: too many requests wait; `unshown`: its window never came up; `throttled`: too many of
 * its requests came to nothing.
 */
export type Decision =
  | Yes
  | { kind: 'timeout'; shown: boolean; hint?: string | null }
  | { kind: 'denied' | 'unread' | 'remembered' | 'full' | 'locked' | 'closing' | 'unshown' }
  | { kind: 'throttled'; retryAfterMs: number };

/** Whether the streamer said yes, for however long. */
export function isYes(decision: Decision): decision is Yes {
  return decision.kind === 'once' || isLasting(decision);
}

/** Whether it is a yes after which the bot may ask again and again, be it for ever or for a time. */
export function isLasting<D extends { kind: string }>(decision: D): decision is D & { kind: LastingChoice } {
  return decision.kind in HOW_LONG;
}

const HOW_LONG: Record<LastingChoice, string> = {
  always: '',
  'until-stream-ends': ' until your stream ends',
  'for-8-hours': ' for 8 hours',
};

/** What a bot is told after anything but a yes. */
export function refusalOf(decision: Exclude<Decision, Yes>): Failed {
  switch (decision.kind) {
    case 'timeout':
      return approvalTimeout(decision.hint);
    case 'full':
      return approvalQueueFull();
    case 'locked':
      return approvalLocked();
    case 'closing':
      return shuttingDown();
    case 'unshown':
      return approvalUnshown();
    case 'throttled':
      return approvalThrottled(decision.retryAfterMs);
    case 'denied':
    case 'unread':
    case 'remembered':
      return approvalDenied(decision.kind === 'remembered');
  }
}

/** The line on the activity page. */
export function decisionText(bot: string, what: string, decision: Decision): string {
  switch (decision.kind) {
    case 'always':
      return `${bot} may always use ${what}`;
    case 'until-stream-ends':
    case 'for-8-hours':
      return `${bot} may use ${what}${HOW_LONG[decision.kind]}`;
    case 'once':
      return `${bot} may use ${what} once`;
    case 'timeout':
      return `Nobody answered ${bot}, which wants ${what}`;
    case 'unshown':
      return `${bot} wants ${what}, but Castkey could not show its window`;
    case 'remembered':
      return `${bot} asked for ${what} again soon after a no`;
    case 'throttled':
      return `${bot} keeps asking after a no, so you aren’t asked for some minutes`;
    default:
      return `${bot} may not use ${what}`;
  }
}
