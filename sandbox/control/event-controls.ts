import { EVENT_TYPES, type EventType } from '../eventsub/event-types.ts';
import { type Happening, happen } from '../eventsub/happen.ts';
import type { Twitch } from '../twitch.ts';

/** A type of event, as it is listed. */
export interface EventTypeView {
  readonly type: string;
  readonly version: string;
  /** Fields of the condition; those that can be left out have a question mark. */
  readonly condition: readonly string[];
  /** Any one of these is needed. */
  readonly scopes: readonly string[];
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
  event: (happening: Happening): number => happen(twitch, happening),
  follow: (channel: string, user: string): number =>
    happen(twitch, { type: 'channel.follow', channel, user }),
  setLive: (channel: string, live: boolean): number =>
    happen(twitch, { type: live ? 'stream.online' : 'stream.offline', channel }),
});
