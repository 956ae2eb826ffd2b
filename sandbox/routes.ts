import { chatters, sendMessage } from './chat/chat-calls.ts';
import { subscribe, subscriptionList, unsubscribe } from './eventsub/subscription-calls.ts';
import { type HelixCall, helixEndpoint } from './helix/call.ts';
import { changeChannel, channels, followers, streams, subscriptions, users } from './helix/channel-calls.ts';
import { badges, chatSettings, customRewards, emotes } from './helix/chat-facts-calls.ts';
import { announce, banUser, deleteMessages, moderators, unbanUser } from './helix/moderation-calls.ts';
import { helixError } from './http/answer.ts';
import { authorizeEndpoint } from './identity/authorize-endpoint.ts';
import { consentEndpoint } from './identity/consent-endpoint.ts';
import { activateEndpoint, deviceEndpoint } from './identity/device-endpoints.ts';
import { revokeEndpoint, validateEndpoint } from './identity/token-checks.ts';
import { tokenEndpoint } from './identity/token-endpoint.ts';
import { homePage } from './pages/page.ts';
import { STYLE_PATH, styleAnswer } from './pages/page-style.ts';
import { PICTURE_PATH, profilePicture } from './pictures/profile-picture.ts';
import type { Endpoint } from './twitch.ts';

const HELIX: Readonly<Record<string, HelixCall>> = {
  'GET /helix/users': users,
  'GET /helix/channels': channels,
  'PATCH /helix/channels': changeChannel,
  'GET /helix/channels/followers': followers,
  'GET /helix/subscriptions': subscriptions,
  'GET /helix/streams': streams,
  'GET /helix/chat/chatters': chatters,
  'POST /helix/chat/messages': sendMessage,
  'POST /helix/chat/announcements': announce,
  'GET /helix/chat/badges': badges,
  'GET /helix/chat/badges/global': badges,
  'GET /helix/chat/emotes': emotes,
  'GET /helix/chat/emotes/global': emotes,
  'GET /helix/chat/settings': chatSettings,
  'GET /helix/channel_points/custom_rewards': customRewards,
  'GET /helix/moderation/moderators': moderators,
  'POST /helix/moderation/bans': banUser,
  'DELETE /helix/moderation/bans': unbanUser,
  'DELETE /helix/moderation/chat': deleteMessages,
  'GET /helix/eventsub/subscriptions': subscriptionList,
  'POST /helix/eventsub/subscriptions': subscribe,
  'DELETE /helix/eventsub/subscriptions': unsubscribe,
};

/** Everything a program or a browser can ask for, by `METHOD path`. The control endpoints stand apart. */
export const ROUTES: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['GET /oauth2/authorize', authorizeEndpoint],
  ['POST /oauth2/device', deviceEndpoint],
  ['POST /oauth2/token', tokenEndpoint],
  ['GET /oauth2/validate', validateEndpoint],
  ['POST /oauth2/revoke', revokeEndpoint],
  ['GET /activate', activateEndpoint],
  ['POST /consent', consentEndpoint],
  ['GET /', homePage],
  [`GET ${STYLE_PATH}`, styleAnswer],
  [`GET ${PICTURE_PATH}`, profilePicture],
  ...Object.entries(HELIX).map(([name, call]) => [name, helixEndpoint(call)] as const),
]);

/** The answer to what isn't in the table, a known path with another method included. */
export const notFound: Endpoint = () => helixError(404, 'Not Found');
