import type { CallResult } from '../../../shared/ipc.ts';
import { Secret } from '../secret.ts';
import type { Twitch } from '../twitch/endpoints.ts';
import type { TwitchApplication } from './application.ts';
import { applicationNotAccepted, publicNotAccepted } from './failures.ts';

/** Nobody's: it is sent to hear what Twitch says before it looks at it. */
const NO_TOKEN = new Secret('castkey-asks-which-type');

/**
 * Twitch's word on the application before it is taken into use; silence is not a no. Codes and tokens are given out
 * to either kind without a secret, and only a refresh misses that of a confidential one (twitchdev/issues#943).
 */
export async function probe(twitch: Twitch, app: TwitchApplication): Promise<CallResult<never> | null> {
  if (app.kind === 'confidential') {
    const reply = await twitch.appToken(app);
    return reply.kind === 'setup' ? applicationNotAccepted(reply.message) : null;
  }
  const reply = await twitch.startDevice(app, []);
  const answer = reply.kind === 'ok' ? await twitch.refresh(app, NO_TOKEN) : reply;
  if (answer.kind !== 'setup') return null;
  return /secret/i.test(answer.message) ? publicNotAccepted() : applicationNotAccepted(answer.message);
}
