import type { Accounts } from '../accounts.ts';
import type { Account } from '../state.ts';
import type { Twitch } from '../twitch.ts';
import { findEventType } from './event-types.ts';
import { detailsSchema, type Scene } from './scene.ts';

/** Something that is to happen; people are an ID or a login. */
export interface Happening {
  /** As in EventSub; `channel.` may be left out. */
  readonly type: string;
  /** Where; the first account unless given. */
  readonly channel?: string | undefined;
  /** Who causes it; somebody else than the channel unless given. */
  readonly user?: string | undefined;
  /** The moderator who does it; the channel's own unless given. */
  readonly moderator?: string | undefined;
  /** See `detailsSchema`. */
  readonly details?: unknown;
}

/** Who causes events, unless said: one who is neither streamer nor moderator. */
const DEFAULT_VIEWER = 'quiet_quinn';

function find(accounts: Accounts, idOrLogin: string): Account {
  const account = accounts.find(idOrLogin);
  if (!account) throw new Error(`no such account: ${idOrLogin}`);
  return account;
}

function sceneOf({ accounts, now }: Twitch, { channel, user, moderator, details }: Happening): Scene {
  const where = channel === undefined ? accounts.list()[0] : find(accounts, channel);
  if (!where) throw new Error('there is no account');
  const others = accounts.list().filter((one) => one !== where);
  const usual = others.find(({ login }) => login === DEFAULT_VIEWER) ?? others[0] ?? where;
  return {
    channel: where,
    user: user === undefined ? usual : find(accounts, user),
    moderator: moderator === undefined ? where : find(accounts, moderator),
    at: now(),
    details: detailsSchema.parse(details ?? {}),
  };
}

/** Has it happen; how many subscriptions were notified. Throws when a person, the type or a detail is unknown. */
export function happen(twitch: Twitch, happening: Happening): number {
  const found = findEventType(happening.type);
  if (!found) throw new Error(`no such type of event: ${happening.type}`);
  const [type, { sample, about, change, notice }] = found;
  const scene = sceneOf(twitch, happening);
  const { channel, user, details } = scene;
  Object.assign(channel, change?.(scene));
  const kind = { type, about: { broadcaster_user_id: channel.id, ...about?.(scene) } };
  if (sample) {
    const event = sample(scene);
    if (notice) twitch.irc.tell(channel.id, notice(scene, event), user);
    return twitch.eventsub.notify({ ...kind, event });
  }
  twitch.chat.send({ broadcasterId: channel.id, senderId: user.id, text: details.text });
  return twitch.eventsub.listeners(kind);
}
