import { z } from 'zod';
import { moderates } from '../accounts.ts';
import { happen } from '../eventsub/happen.ts';
import { empty, helixError, json } from '../http/answer.ts';
import type { HelixCall } from './call.ts';
import { forModerators, required } from './for-moderators.ts';

const banRequest = z.object({
  data: z.object({
    user_id: z.string(),
    duration: z.number().int().min(1).max(1_209_600).optional(),
    reason: z.string().max(500).optional(),
  }),
});

/** `POST /helix/moderation/bans`: EventSub tells of it, and nothing else comes of it. */
export const banUser = forModerators('moderator:manage:banned_users', (twitch, request, place) => {
  const parsed = banRequest.safeParse(request.json());
  const person = parsed.success ? twitch.accounts.byId(parsed.data.data.user_id) : undefined;
  if (!parsed.success || !person) return helixError(400, 'The user_id, duration or reason is not valid.');
  if (person.id === place.channel.id)
    return helixError(400, 'The user specified in the user_id field may not be banned.');
  const { duration, reason = '' } = parsed.data.data;
  const details = { reason, ...(duration !== undefined && { seconds: duration }) };
  const { channel, moderatorId } = place;
  happen(twitch, { type: 'ban', channel: channel.id, user: person.id, moderator: moderatorId, details });
  const now = twitch.now();
  const row = {
    ...{ broadcaster_id: channel.id, moderator_id: moderatorId, user_id: person.id },
    created_at: new Date(now).toISOString(),
    end_time: duration === undefined ? null : new Date(now + duration * 1000).toISOString(),
  };
  return json(200, { data: [row] });
});

/** `DELETE /helix/moderation/bans`: whether there was one or not. */
export const unbanUser = forModerators('moderator:manage:banned_users', (twitch, { query }, place) => {
  const person = twitch.accounts.byId(query.get('user_id') ?? '');
  if (!person) return required('user_id');
  happen(twitch, { type: 'unban', channel: place.channel.id, user: person.id, moderator: place.moderatorId });
  return empty(204);
});

/** `DELETE /helix/moderation/chat`: one message, or all. */
export const deleteMessages = forModerators(
  'moderator:manage:chat_messages',
  (twitch, { query }, { channel }) => {
    const id = query.get('message_id');
    if (!id) {
      happen(twitch, { type: 'chat.clear', channel: channel.id });
      return empty(204);
    }
    const message = twitch.chat.messages().find((one) => one.id === id && one.broadcasterId === channel.id);
    if (!message) return helixError(404, 'The ID in message_id was not found.');
    const details = { message: id };
    happen(twitch, { type: 'chat.message_delete', channel: channel.id, user: message.senderId, details });
    return empty(204);
  },
);

const announcement = z.object({ message: z.string().min(1).max(500) });

/** `POST /helix/chat/announcements`. */
export const announce = forModerators('moderator:manage:announcements', (twitch, request, place) => {
  const parsed = announcement.safeParse(request.json());
  if (!parsed.success) return helixError(400, 'The message field is missing, empty or too long.');
  const details = { notice: 'announcement', text: parsed.data.message };
  happen(twitch, { type: 'chat.notification', channel: place.channel.id, user: place.moderatorId, details });
  return empty(204);
});

/** `GET /helix/moderation/moderators`: one's own. */
export const moderators: HelixCall = {
  scopes: ['moderation:read', 'channel:manage:moderators'],
  run: ({ accounts }, { query }, { userId }) => {
    const id = query.get('broadcaster_id');
    if (!id) return required('broadcaster_id');
    if (id !== userId) {
      const words = "The ID in broadcaster_id must match the user ID found in the request's OAuth token.";
      return helixError(401, words);
    }
    const rows = accounts.list().filter((one) => one.id !== id && moderates(one.id, id));
    const data = rows.map((one) => ({ user_id: one.id, user_login: one.login, user_name: one.displayName }));
    return json(200, { data, pagination: {} });
  },
};
