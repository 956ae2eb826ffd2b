/** Tells the record of requests that were refused. */
import type { WireErrorCode } from '../../../shared/protocol.ts';
import type { Activity } from '../activity/activity.ts';
import type { Caller } from '../bots/authorizer.ts';
import { peerView } from '../bots/peer-view.ts';
import type { Failure, Result } from '../result.ts';
import type { Requests } from './requests.ts';

/** The streamer's own answers, and what becomes of a sign-in, are entries of their own. */
const TOLD: ReadonlySet<WireErrorCode> = new Set<WireErrorCode>([
  'locked',
  'denied',
  'scope-missing',
  'unknown-user',
  'unknown-intent',
  'needs-sign-in',
  'setup',
]);

type Answer = (caller: Caller, params: unknown) => Promise<Result<unknown>>;

/** The same answers. A bot that asks in a loop is counted by the record. */
export function recordRefusals({ introduce, ...answers }: Requests, activity: Activity): Requests {
  const tell = ({ bot, facts }: Caller, { code, message, missing = [], recorded }: Failure): void => {
    if (!TOLD.has(code) || recorded) return;
    const peer = peerView(bot.name, true, facts);
    const more = { bot: bot.name, scopes: missing, ok: false, peer };
    activity.add('request.refused', `${bot.name} was refused: ${message}`, more);
  };
  const telling = Object.entries(answers).map(([method, answer]) => [
    method,
    async (caller: Caller, params: unknown) => {
      const outcome = await (answer as Answer)(caller, params);
      if (!outcome.ok) tell(caller, outcome.error);
      return outcome;
    },
  ]);
  return { introduce, ...Object.fromEntries(telling) };
}
