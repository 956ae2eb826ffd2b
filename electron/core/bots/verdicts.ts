/** What a decision of the streamer means, in words for the bot and for the record. */
import { failed, type Refused } from '../fault.ts';
import type { Verdict } from './approvals.ts';

/** Whether the streamer said yes, for ever or once. */
export function isYes(verdict: Verdict): verdict is Extract<Verdict, { kind: 'always' | 'once' }> {
  return verdict.kind === 'always' || verdict.kind === 'once';
}

/** What a bot is told after anything but a yes. */
export function refusal(verdict: Exclude<Verdict, { kind: 'always' | 'once' }>): Refused {
  if (verdict.kind === 'timeout') return failed('approval-timeout', 'Nobody answered in time.');
  if (verdict.kind === 'full') return failed('busy', 'Too many questions are waiting for the streamer.');
  if (verdict.kind === 'locked') return failed('locked', 'Castkey was locked.', { answered: true });
  if (verdict.kind === 'closing') return failed('shutting-down', 'Castkey is closing.');
  if (verdict.kind === 'tired') {
    const { retryAfterMs } = verdict;
    return failed('rate-limited', 'The streamer was asked too often for this bot.', { retryAfterMs });
  }
  const again = verdict.kind === 'remembered' ? ' a few minutes ago' : '';
  return failed('denied', `The streamer said no${again}.`, { answered: true });
}

/** The line on the activity page. */
export function verdictText(bot: string, what: string, verdict: Verdict): string {
  if (verdict.kind === 'always') return `${bot} may always use ${what}`;
  if (verdict.kind === 'once') return `${bot} may use ${what} once`;
  if (verdict.kind === 'timeout') return `Nobody answered ${bot}, which wants ${what}`;
  if (verdict.kind === 'remembered') return `${bot} asked for ${what} again soon after a no`;
  if (verdict.kind === 'tired') return `${bot} keeps asking after a no, so you aren’t asked for some minutes`;
  return `${bot} may not use ${what}`;
}
