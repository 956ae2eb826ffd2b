import { REWARDS, rewardRow } from '../eventsub/reward-events.ts';
import { helixError, json } from '../http/answer.ts';
import type { HelixCall } from './call.ts';

const NO_BROADCASTER = helixError(400, 'Missing required parameter "broadcaster_id"');

/** `GET /helix/chat/badges` and `…/global`: none; programs ask for them at their start. */
export const badges: HelixCall = { scopes: [], run: () => json(200, { data: [] }) };

/** `GET /helix/chat/emotes` and `…/global`: none. */
export const emotes: HelixCall = {
  scopes: [],
  run: () =>
    json(200, {
      data: [],
      template: 'https://static-cdn.jtvnw.net/emoticons/v2/{{id}}/{{format}}/{{theme_mode}}/{{scale}}',
    }),
};

/** `GET /helix/chat/settings`: no mode is on. */
export const chatSettings: HelixCall = {
  scopes: [],
  run: ({ accounts }, { query }) => {
    const channel = accounts.byId(query.get('broadcaster_id') ?? '');
    if (!channel) return NO_BROADCASTER;
    const modes = {
      ...{ emote_mode: false, follower_mode: false, follower_mode_duration: null, slow_mode: false },
      ...{ slow_mode_wait_time: null, subscriber_mode: false, unique_chat_mode: false },
    };
    return json(200, { data: [{ broadcaster_id: channel.id, ...modes }] });
  },
};

/** `GET /helix/channel_points/custom_rewards`: one's own; every channel has the same. */
export const customRewards: HelixCall = {
  scopes: ['channel:read:redemptions', 'channel:manage:redemptions'],
  run: ({ accounts }, { query }, { userId }) => {
    const channel = accounts.byId(query.get('broadcaster_id') ?? '');
    if (!channel) return NO_BROADCASTER;
    if (channel.id !== userId) {
      return helixError(401, 'The ID in broadcaster_id must match the user ID found in the OAuth token.');
    }
    const wanted = query.getAll('id');
    const shown = REWARDS.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
    const owner = {
      ...{ broadcaster_id: channel.id, broadcaster_login: channel.login },
      broadcaster_name: channel.displayName,
    };
    return json(200, { data: shown.map((one) => ({ ...owner, ...rewardRow(one) })) });
  },
};
