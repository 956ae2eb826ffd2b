import { z } from 'zod';
import type { HelixCall, HelixCaller } from '../helix/call.ts';
import { forModerators } from '../helix/for-moderators.ts';
import { helixError, json } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import type { Twitch } from '../twitch.ts';

/** `GET /helix/chat/chatters`: everybody is always in chat. */
export const chatters = forModerators('moderator:read:chatters', ({ accounts }) => {
  const rows = accounts
    .list()
    .map(({ id, login, displayName }) => ({ user_id: id, user_login: login, user_name: displayName }));
  return json(200, { data: rows, pagination: {}, total: rows.length });
});

const outgoing = z.object({
  broadcaster_id: z.string().min(1),
  sender_id: z.string().min(1),
  message: z.string().min(1).max(500),
  reply_parent_message_id: z.string().optional(),
});

/** Why the caller may not write as this sender. An app token needs two consents of the sender. */
function refuseSender(twitch: Twitch, { token, userId }: HelixCaller, senderId: string): string | undefined {
  if (userId === null) {
    const granted = twitch.tokens.granted(token.clientId, senderId);
    const enough = granted?.has('user:bot') && granted.has('user:write:chat');
    return enough
      ? undefined
      : 'The sender must have authorized the app with the user:write:chat and user:bot scopes.';
  }
  if (senderId !== userId)
    return "The ID in sender_id must match the user ID found in the request's OAuth token.";
  return token.scopes.includes('user:write:chat') ? undefined : 'Missing scope: user:write:chat';
}

/** Twitch documents a JSON body; Twurple puts the IDs into the query string, and both work. */
function sentFields(request: SandboxRequest): unknown {
  const body = request.json();
  return { ...Object.fromEntries(request.query), ...(typeof body === 'object' ? body : {}) };
}

/** `POST /helix/chat/messages`. The scope is checked here because app tokens are welcome too. */
export const sendMessage: HelixCall = {
  scopes: [],
  run: (twitch, request, caller) => {
    const parsed = outgoing.safeParse(sentFields(request));
    if (!parsed.success)
      return helixError(400, 'The broadcaster_id, sender_id or message is missing or too long.');
    const { broadcaster_id: broadcasterId, sender_id: senderId, message } = parsed.data;
    const replyTo = parsed.data.reply_parent_message_id;
    const refusal = refuseSender(twitch, caller, senderId);
    if (refusal !== undefined) return helixError(401, refusal);
    if (!twitch.accounts.byId(broadcasterId))
      return helixError(400, 'The broadcaster_id is not a known user.');
    const sent = twitch.chat.send({ broadcasterId, senderId, text: message, replyTo });
    return json(200, { data: [{ message_id: sent.id, is_sent: true, drop_reason: null }] });
  },
};
