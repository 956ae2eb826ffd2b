/** Puts refused requests on record. */
import type { WireErrorCode } from '../../../shared/protocol.ts';
import type { Activity } from '../activity/activity.ts';
import type { BotConnection } from '../bots/bot-connection.ts';
import { peerView } from '../bots/peer.ts';
import type { Failure } from '../result.ts';
import type { RequestHandler, Requests } from './requests.ts';

/** The streamer's own decisions, and what becomes of a sign-in, are entries of their own. */
const RECORDED: ReadonlySet<WireErrorCode> = new Set<WireErrorCode>([
  'locked',
  'denied',
  'scope-missing',
  'unknown-user',
  'unknown-intent',
  'needs-sign-in',
  'setup',
]);

/**
 * Requests that are answered as before, and whose refusals go on record. The record itself counts those
 * of a bot that asks in a loop.
 */
export function recordRefusals({ authenticateResult, ...answers }: Requests, activity: Activity): Requests {
  const record = ({ bot, peer }: BotConnection, failure: Failure): void => {
    const { code, message, missing = [], recorded } = failure;
    if (!RECORDED.has(code) || recorded) return;
    const text = `${bot.name} was refused: ${message}`;
    const said = { bot: bot.name, scopes: missing, ok: false, peer: peerView(bot.name, true, peer) };
    activity.add('request.refused', text, said);
  };
  const recording = Object.entries(answers).map(([method, answer]) => [
    method,
    async (connection: BotConnection, params: unknown) => {
      const result = await (answer as RequestHandler)(connection, params);
      if (!result.ok) record(connection, result.error);
      return result;
    },
  ]);
  return { authenticateResult, ...Object.fromEntries(recording) };
}
