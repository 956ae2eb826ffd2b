import { z } from 'zod';
import { type Answer, empty, helixError, json } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import { pictureUrl } from '../pictures/profile-picture.ts';
import type { Account } from '../state.ts';
import type { Twitch } from '../twitch.ts';
import type { HelixCall } from './call.ts';

/** Helix takes at most 100 IDs and logins in one request. */
const MAX_ASKED = 100;

const NO_BROADCASTER = helixError(400, 'Missing required parameter "broadcaster_id"');
const NOT_YOURS = helixError(
  401,
  "The ID in broadcaster_id must match the user ID found in the request's OAuth token.",
);

/** The people named by repeated parameters, unknown ones left out; undefined when nobody was named. */
function askedFor(
  twitch: Twitch,
  { query }: SandboxRequest,
  id: string,
  login: string,
): Account[] | undefined {
  const asked = [
    ...query.getAll(id).map((value) => twitch.accounts.byId(value)),
    ...query.getAll(login).map((value) => twitch.accounts.byLogin(value)),
  ].slice(0, MAX_ASKED);
  return asked.length > 0 ? [...new Set(asked.filter((one) => one !== undefined))] : undefined;
}

const userRow = (account: Account, origin: string, withEmail: boolean) => ({
  id: account.id,
  login: account.login,
  display_name: account.displayName,
  type: '',
  broadcaster_type: account.title === '' ? '' : 'affiliate',
  description: account.role,
  profile_image_url: pictureUrl(origin, account.id),
  offline_image_url: '',
  view_count: 0,
  ...(withEmail && { email: `${account.login}@example.invalid` }),
  created_at: new Date(account.createdAt).toISOString(),
});

/** `GET /helix/users`: those named, or the token's own user. The own e-mail address with `user:read:email`. */
export const users: HelixCall = {
  scopes: [],
  run: (twitch, request, { token, userId }) => {
    const own = userId === null ? undefined : twitch.accounts.byId(userId);
    const people = askedFor(twitch, request, 'id', 'login') ?? (own && [own]);
    if (!people) return helixError(400, 'Must provide an ID, Login or OAuth Token.');
    const mayEmail = token.scopes.includes('user:read:email');
    const rowOf = (one: Account) => userRow(one, request.origin, mayEmail && one.id === userId);
    return json(200, { data: people.map(rowOf) });
  },
};

const channelRow = ({ id, login, displayName, title }: Account) => ({
  broadcaster_id: id,
  broadcaster_login: login,
  broadcaster_name: displayName,
  broadcaster_language: 'en',
  game_id: '509658',
  game_name: 'Just Chatting',
  title,
  delay: 0,
  tags: [],
  content_classification_labels: [],
  is_branded_content: false,
});

/** `GET /helix/channels`. */
export const channels: HelixCall = {
  scopes: [],
  run: (twitch, request) => {
    const people = askedFor(twitch, request, 'broadcaster_id', '');
    return people ? json(200, { data: people.map(channelRow) }) : NO_BROADCASTER;
  },
};

const channelChange = z.object({ title: z.string().min(1).max(140) });

/** `PATCH /helix/channels`: of all there is, only the title can be changed. */
export const changeChannel: HelixCall = {
  scopes: ['channel:manage:broadcast'],
  run: (twitch, request, { userId }) => {
    const account = twitch.accounts.byId(request.query.get('broadcaster_id') ?? '');
    if (!account) return NO_BROADCASTER;
    if (account.id !== userId) return NOT_YOURS;
    const change = channelChange.safeParse(request.json());
    if (!change.success) return helixError(400, 'The title field is missing, empty or too long.');
    account.title = change.data.title;
    return empty(204);
  },
};

const others = (twitch: Twitch, broadcasterId: string): Account[] =>
  twitch.accounts.list().filter(({ id }) => id !== broadcasterId);

/**
 * `GET /helix/channels/followers`: everybody follows everybody. Without the scope the number alone, and no
 * error.
 */
export const followers: HelixCall = {
  scopes: [],
  run: (twitch, request, { token }) => {
    const broadcasterId = request.query.get('broadcaster_id');
    if (!broadcasterId) return NO_BROADCASTER;
    const rows = others(twitch, broadcasterId).map((one) => ({
      user_id: one.id,
      user_login: one.login,
      user_name: one.displayName,
      followed_at: new Date(one.createdAt).toISOString(),
    }));
    const maySee = token.scopes.includes('moderator:read:followers');
    return json(200, { total: rows.length, data: maySee ? rows : [], pagination: {} });
  },
};

const subscriptionRow = (channel: Account, fan: Account) => ({
  broadcaster_id: channel.id,
  broadcaster_login: channel.login,
  broadcaster_name: channel.displayName,
  gifter_id: '',
  gifter_login: '',
  gifter_name: '',
  is_gift: false,
  plan_name: 'Channel Subscription',
  tier: '1000',
  user_id: fan.id,
  user_login: fan.login,
  user_name: fan.displayName,
});

/** `GET /helix/subscriptions`: one's own channel only; every other account subscribes. */
export const subscriptions: HelixCall = {
  scopes: ['channel:read:subscriptions'],
  run: (twitch, request, { userId }): Answer => {
    const channel = twitch.accounts.byId(request.query.get('broadcaster_id') ?? '');
    if (!channel) return NO_BROADCASTER;
    if (channel.id !== userId) return NOT_YOURS;
    const rows = others(twitch, channel.id).map((fan) => subscriptionRow(channel, fan));
    return json(200, { data: rows, pagination: {}, total: rows.length, points: rows.length });
  },
};

const streamRow = (account: Account, now: number) => ({
  id: `4${account.id}`,
  user_id: account.id,
  user_login: account.login,
  user_name: account.displayName,
  game_id: '509658',
  game_name: 'Just Chatting',
  type: 'live',
  title: account.title,
  viewer_count: 42,
  started_at: new Date(now - 3_600_000).toISOString(),
  language: 'en',
  thumbnail_url: '',
  tag_ids: [],
  tags: [],
  is_mature: false,
});

/** `GET /helix/streams`: who is live, among those named or among all. Every stream began an hour ago. */
export const streams: HelixCall = {
  scopes: [],
  run: (twitch, request) => {
    const people = askedFor(twitch, request, 'user_id', 'user_login') ?? twitch.accounts.list();
    const live = people.filter((one) => one.live).map((one) => streamRow(one, twitch.now()));
    return json(200, { data: live, pagination: {} });
  },
};
