/** What a decision of the streamer means, in words for the bot and for the record. */
import {
  approvalDenied,
  approvalLocked,
  approvalQueueFull,
  approvalThrottled,
  approvalTimeout,
  type Failed,
  shuttingDown,
} from '../result.ts';
import type { Decision } from './approvals.ts';

/** Whether the streamer said yes, for ever or once. */
export function isYes(verdict: Decision): verdict is Extract<Decision, { kind: 'always' | 'once' }> {
  return verdict.kind === 'always' || verdict.kind === 'once';
}

/** What a bot is told after anything but a yes. */
export function refusalOf(verdict: Exclude<Decision, { kind: 'always' | 'once' }>): Failed {
  switch (verdict.kind) {
    case 'timeout':
      return approvalTimeout();
    case 'full':
      return approvalQueueFull();
    case 'locked':
      return approvalLocked();
    case 'closing':
      return shuttingDown();
    case 'tired':
      return approvalThrottled(verdict.retryAfterMs);
    case 'denied':
    case 'remembered':
      return approvalDenied(verdict.kind === 'remembered');
  }
}

/** The line on the activity page. */
export function decisionText(bot: string, what: string, verdict: Decision): string {
  if (verdict.kind === 'always') return `${bot} may always use ${what}`;
  if (verdict.kind === 'once') return `${bot} may use ${what} once`;
  if (verdict.kind === 'timeout') return `Nobody answered ${bot}, which wants ${what}`;
  if (verdict.kind === 'remembered') return `${bot} asked for ${what} again soon after a no`;
  if (verdict.kind === 'tired') return `${bot} keeps asking after a no, so you aren’t asked for some minutes`;
  return `${bot} may not use ${what}`;
}
