import type { Accounts } from '../accounts.ts';
import { EVENT_TYPES, type EventType, findEventType } from '../eventsub/event-types.ts';
import { detailsSchema, type Scene } from '../eventsub/scene.ts';
import type { Account } from '../state.ts';
import type { Twitch } from '../twitch.ts';

/** Something that is to happen; people are an ID or a login. */
export interface Happening {
  /** As in EventSub; `channel.` may be left out. */
  readonly type: string;
  /** Where; the first account unless given. */
  readonly channel?: string | undefined;
  /** Who causes it; somebody else than the channel unless given. */
  readonly user?: string | undefined;
  /** See `detailsSchema`. */
  readonly details?: unknown;
}

/** A type of event, as it is listed. */
export interface EventTypeView {
  readonly type: string;
  readonly version: string;
  /** Fields of the condition; those that can be left out have a question mark. */
  readonly condition: readonly string[];
  /** Any one of these is needed. */
  readonly scopes: readonly string[];
}

/** Who causes events, unless said: one who is neither streamer nor moderator. */
const USUAL_VIEWER = 'quiet_quinn';

function find(accounts: Accounts, idOrLogin: string): Account {
  const account = accounts.find(idOrLogin);
  if (!account) throw new Error(`no such account: ${idOrLogin}`);
  return account;
}

function sceneOf({ accounts, now }: Twitch, { channel, user, details }: Happening): Scene {
  const where = channel === undefined ? accounts.list()[0] : find(accounts, channel);
  if (!where) throw new Error('there is no account');
  const others = accounts.list().filter((one) => one !== where);
  const usual = others.find(({ login }) => login === USUAL_VIEWER) ?? others[0] ?? where;
  return {
    channel: where,
    user: user === undefined ? usual : find(accounts, user),
    at: now(),
    details: detailsSchema.parse(details ?? {}),
  };
}

function send(twitch: Twitch, happening: Happening): number {
  const found = findEventType(happening.type);
  if (!found) throw new Error(`no such type of event: ${happening.type}`);
  const [type, { sample, about, change }] = found;
  const scene = sceneOf(twitch, happening);
  const { channel, user, details } = scene;
  Object.assign(channel, change?.(scene));
  const kind = { type, about: { broadcaster_user_id: channel.id, ...about?.(scene) } };
  if (sample) return twitch.eventsub.notify({ ...kind, event: sample(scene) });
  twitch.chat.send({ broadcasterId: channel.id, senderId: user.id, text: details.text });
  return twitch.eventsub.listeners(kind);
}

const view = ([type, { version, condition, either = [], optional = [], authorization }]: [
  string,
  EventType,
]): EventTypeView => ({
  type,
  version,
  condition: [...condition, ...[...either, ...optional].map((field) => `${field}?`)],
  scopes: authorization?.scopes ?? [],
});

/** The events of the control. */
export const eventControls = (twitch: Twitch) => ({
  eventTypes: (): EventTypeView[] => Object.entries(EVENT_TYPES).map(view),
  event: (happening: Happening): number => send(twitch, happening),
  follow: (channel: string, user: string): number => send(twitch, { type: 'channel.follow', channel, user }),
  setLive: (channel: string, live: boolean): number =>
    send(twitch, { type: live ? 'stream.online' : 'stream.offline', channel }),
});
