/** Helix's `/users`: who a token belongs to, by the name and the picture Twitch shows. */
import { z } from 'zod';
import type { TwitchEnvironment } from '../../../shared/twitch-environment.ts';
import type { Http } from '../ports.ts';
import type { Secret } from '../secret.ts';
import { readReply, type TwitchReply } from './reply.ts';

const TIMEOUT_MS = 10_000;
/** Twitch's are at most 25 characters; some room. */
const MAX_NAME = 50;

/** A person as Twitch presents her. */
export interface HelixUser {
  userId: string;
  /** Null when the answer has none that could be shown. */
  displayName: string | null;
  /** URL as Twitch gave it; null when it is none. */
  picture: string | null;
}

/** It is shown in windows: nothing that commands a terminal, turns the text around or takes no room. */
const name = z
  .string()
  .transform((text) => text.replace(/\p{C}+/gu, '').trim())
  .refine((text) => text !== '' && text.length <= MAX_NAME);
const answer = z.object({
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

/** Asks Twitch whose token this is; answers with a value and never throws. */
export type GetOwnUser = (clientId: string, access: Secret) => Promise<TwitchReply<HelixUser>>;

/** Asks through `http`. */
export function createGetOwnUser(http: Http, { helix }: Pick<TwitchEnvironment, 'helix'>): GetOwnUser {
  return async (clientId, access) =>
    readReply(
      await http({
        method: 'GET',
        url: `${helix}/users`,
        headers: {
          authorization: `Bearer ${access.reveal()}`,
          'client-id': clientId,
          accept: 'application/json',
        },
        timeoutMs: TIMEOUT_MS,
      }),
      toUser,
    );
}

function toUser(body: unknown): HelixUser | null {
  const [first] = answer.safeParse(body).data?.data ?? [];
  if (first === undefined) return null;
  const { id, display_name, profile_image_url } = first;
  return { userId: id, displayName: display_name ?? null, picture: profile_image_url ?? null };
}
