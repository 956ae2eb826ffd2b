/** How a refresh is asked of Twitch: here for the refresher, and for logins that are imported. */
import type { TwitchApplication } from '../applications/application.ts';
import type { Secret } from '../secret.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import type { TwitchReply } from '../twitch/reply.ts';
import type { UnfinishedWork } from '../unfinished-work.ts';

/**
 * Twitch's answer. A one-time refresh token (public applications') whose answer was lost gets one more try,
 * since the request may not have arrived; but not once Castkey quits, since the next start tries it as well.
 * `lost`: it did; a "no" may then mean that the first try was taken.
 */
export async function requestRefresh(
  twitch: Pick<Twitch, 'refresh'>,
  application: TwitchApplication,
  token: Secret,
  unfinished: Pick<UnfinishedWork, 'isClosed'>,
): Promise<{ reply: TwitchReply<TokenPair>; lost: boolean }> {
  const first = await twitch.refresh(application, token);
  const lost = first.kind === 'transient' && first.lost && application.kind === 'public';
  const again = lost && !unfinished.isClosed();
  return { reply: again ? await twitch.refresh(application, token) : first, lost };
}
