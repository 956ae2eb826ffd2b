import type { CallResult } from '../../../shared/ipc.ts';
import { applicationNotAccepted, publicNotAccepted } from '../result.ts';
import type { Twitch } from '../twitch/endpoints.ts';
import type { TwitchApplication } from './application.ts';

/** Twitch's word on the application before it is taken into use; silence is not a no. */
export async function probe(twitch: Twitch, app: TwitchApplication): Promise<CallResult<never> | null> {
  if (app.kind === 'confidential') {
    const reply = await twitch.appToken(app);
    return reply.kind === 'setup' ? applicationNotAccepted(reply.message) : null;
  }
  const reply = await twitch.startDevice(app, []);
  // A code is given out to either kind; asked what became of it, Twitch misses the secret.
  const answer = reply.kind === 'ok' ? await twitch.pollDevice(app, reply.value.deviceCode, []) : reply;
  if (answer.kind !== 'setup') return null;
  return /secret/i.test(answer.message) ? publicNotAccepted() : applicationNotAccepted(answer.message);
}
