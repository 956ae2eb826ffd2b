import { moderates } from '../accounts.ts';
import { type Answer, accept, helixError, type Outcome, refuse } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import type { Account } from '../state.ts';
import type { Twitch } from '../twitch.ts';
import type { HelixCall, HelixCaller } from './call.ts';

/** Where a moderator acts. */
interface Place {
  readonly channel: Account;
  readonly moderatorId: string;
}

/** The answer to a call that lacks a parameter. */
export const required = (name: string): Answer => helixError(400, `Missing required parameter "${name}"`);

/** The channel that `moderator_id`, who must be the caller, moderates. */
function moderatedChannel(
  { accounts }: Twitch,
  { query }: SandboxRequest,
  { userId }: HelixCaller,
): Outcome<Place> {
  const channel = accounts.byId(query.get('broadcaster_id') ?? '');
  const moderatorId = query.get('moderator_id');
  if (!channel) return refuse(required('broadcaster_id'));
  if (!moderatorId) return refuse(required('moderator_id'));
  if (moderatorId !== userId) {
    const words = "The ID in moderator_id must match the user ID found in the request's OAuth token.";
    return refuse(helixError(401, words));
  }
  if (!moderates(moderatorId, channel.id)) {
    return refuse(helixError(403, "The user in moderator_id is not one of the broadcaster's moderators."));
  }
  return accept({ channel, moderatorId });
}

/** A call for moderators of the channel it names. */
export const forModerators = (
  scope: string,
  run: (twitch: Twitch, request: SandboxRequest, place: Place) => Answer,
): HelixCall => ({
  scopes: [scope],
  run: (twitch, request, caller) => {
    const place = moderatedChannel(twitch, request, caller);
    return place.ok ? run(twitch, request, place.value) : place.answer;
  },
});
