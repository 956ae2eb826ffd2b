/** Twitch's Helix: the only file that knows its paths. */
import { z } from 'zod';
import type { TwitchEnvironment } from '../../../shared/twitch-environment.ts';
import type { Http } from '../ports.ts';
import type { Secret } from '../secret.ts';
import { readReply, type TwitchReply } from './reply.ts';

/** With which token a call is made: any of the application's, a user's or its own. */
export interface HelixToken {
  clientId: string;
  access: Secret;
}

/** A person as Twitch presents her. */
export interface HelixUser {
  userId: string;
  /** Null when the answer has none that could be shown. */
  displayName: string | null;
  /** URL as Twitch gave it; null when it is none. */
  picture: string | null;
}

/** Calls to Helix; each answers with a value and never throws. */
export interface Helix {
  /** IDs of those users, at most `MAX_USERS` of them, who are live. */
  streams(token: HelixToken, userIds: readonly string[]): Promise<TwitchReply<string[]>>;
  /** Who the token is of. */
  ownUser(token: HelixToken): Promise<TwitchReply<HelixUser>>;
}

/** Helix takes no more IDs in one request. */
export const MAX_USERS = 100;
const TIMEOUT_MS = 10_000;
/** Twitch's names are at most 25 characters; some room. */
const MAX_NAME = 50;

/** Talks to Helix through `http`, at the stand-in where there is one. */
export function createHelix(http: Http, { helix }: Pick<TwitchEnvironment, 'helix'>): Helix {
  const get = ({ clientId, access }: HelixToken, path: string) =>
    http({
      method: 'GET',
      url: `${helix}/${path}`,
      headers: {
        authorization: `Bearer ${access.reveal()}`,
        'client-id': clientId,
        accept: 'application/json',
      },
      timeoutMs: TIMEOUT_MS,
    });
  return {
    async streams(token, userIds) {
      const query = new URLSearchParams({ first: String(MAX_USERS) });
      for (const id of userIds) query.append('user_id', id);
      return readReply(await get(token, `streams?${query}`), toLiveIds);
    },
    ownUser: async (token) => readReply(await get(token, 'users'), toUser),
  };
}

const streamList = z.object({ data: z.array(z.object({ user_id: z.string(), type: z.string() })) });

/** `type` is `live`, or empty where Twitch had an error (Twitch docs, Get Streams). */
function toLiveIds(body: unknown): string[] | null {
  const parsed = streamList.safeParse(body);
  if (!parsed.success) return null;
  return parsed.data.data.filter(({ type }) => type === 'live').map(({ user_id }) => user_id);
}

/** It is shown in windows: nothing that commands a terminal, turns the text around or takes no room. */
const name = z
  .string()
  .transform((text) => text.replace(/\p{C}+/gu, '').trim())
  .refine((text) => text !== '' && text.length <= MAX_NAME);
const userList = z.object({
  data: z
    .array(
      z.object({
        id: z.string(),
        display_name: name.nullish().catch(null),
        profile_image_url: z.url().max(500).nullish().catch(null),
      }),
    )
    .min(1),
});

function toUser(body: unknown): HelixUser | null {
  const [first] = userList.safeParse(body).data?.data ?? [];
  if (first === undefined) return null;
  const { id, display_name, profile_image_url } = first;
  return { userId: id, displayName: display_name ?? null, picture: profile_image_url ?? null };
}
