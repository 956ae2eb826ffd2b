import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { sha256 } from '../random.ts';
import type { Account } from '../state.ts';

const tier = z.enum(['1000', '2000', '3000']);
const count = (min: number) => z.coerce.number().int().min(min).max(10_000_000);
/** Also as a word, since on a command line there is nothing else. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);

/** What can be told of an event; each part has a default, and a type takes what it has a use for. */
export const detailsSchema = z.strictObject({
  text: z.string().max(500).default('hello'),
  anonymous: flag.default(false),
  bits: count(1).default(100),
  viewers: count(0).default(42),
  tier: tier.default('1000'),
  total: count(1).default(5),
  months: count(1).default(3),
  gift: flag.default(false),
  title: z.string().min(1).max(140).optional(),
  /** Of channel points, by title or ID. */
  reward: z.string().min(1).max(45).default('Drink water'),
  cost: count(1).optional(),
  status: z.enum(['unfulfilled', 'fulfilled', 'canceled']).optional(),
  /** What the message in chat is about. */
  notice: z.enum(['sub', 'resub', 'sub_gift', 'community_sub_gift', 'raid', 'announcement']).default('resub'),
  reason: z.string().max(500).default(''),
  /** Of a timeout or an ad break; a ban has none. */
  seconds: count(1).optional(),
  /** The message that was deleted. */
  message: z.string().optional(),
});
export type Details = z.output<typeof detailsSchema>;

/** Something that happens in a channel, before it is known who wants to be told. */
export interface Scene {
  readonly channel: Account;
  /** Who caused it. */
  readonly user: Account;
  /** Who did it in the channel's name. */
  readonly moderator: Account;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly details: Details;
}

/** The three fields by which Twitch names a person. */
export const userFields = (prefix: string, { id, login, displayName }: Account) => ({
  [`${prefix}_id`]: id,
  [`${prefix}_login`]: login,
  [`${prefix}_name`]: displayName,
});

/** The same three of somebody who doesn't want to be named. */
export const nobody = (prefix: string) => ({
  [`${prefix}_id`]: null,
  [`${prefix}_login`]: null,
  [`${prefix}_name`]: null,
});

/** The channel it happens in. */
export const broadcaster = ({ channel }: Scene) => userFields('broadcaster_user', channel);
/** The one who causes it. */
export const causer = ({ user }: Scene) => userFields('user', user);
/** The one who caused it, unless that is to stay unknown. */
export const maybeCauser = (scene: Scene) => (scene.details.anonymous ? nobody('user') : causer(scene));

/** In RFC 3339, as all of EventSub's times. */
export const timeOf = (ms: number): string => new Date(ms).toISOString();
/** Of what has no name of its own. */
export const newId = (): string => randomUUID();

/** The ID of what has a name: always the same one, so that a condition can ask for it. */
export function idOf(name: string): string {
  const hex = sha256(name);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}
