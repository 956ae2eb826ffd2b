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

/** Calls to Helix; each answers with a value and never throws. */
export interface Helix {
  /** IDs of those users, at most `MAX_USERS` of them, who are live. */
  streams(token: HelixToken, userIds: readonly string[]): Promise<TwitchReply<string[]>>;
}

/** Helix takes no more IDs in one request. */
export const MAX_USERS = 100;
const TIMEOUT_MS = 10_000;
const REAL_BASE = 'https://api.twitch.tv/helix';

const streamList = z.object({ data: z.array(z.object({ user_id: z.string(), type: z.string() })) });

/** Talks to Helix through `http`, at the stand-in where there is one. */
export function createHelix(http: Http, { standIn }: TwitchEnvironment): Helix {
  const base = standIn === null ? REAL_BASE : `${standIn.url}/helix`;
  return {
    async streams({ clientId, access }, userIds) {
      const query = new URLSearchParams({ first: String(MAX_USERS) });
      for (const id of userIds) query.append('user_id', id);
      const reply = await http({
        method: 'GET',
        url: `${base}/streams?${query}`,
        headers: {
          authorization: `Bearer ${access.reveal()}`,
          'client-id': clientId,
          accept: 'application/json',
        },
        timeoutMs: TIMEOUT_MS,
      });
      return readReply(reply, toLiveIds);
    },
  };
}

/** `type` is `live`, or empty where Twitch had an error (Twitch docs, Get Streams). */
function toLiveIds(body: unknown): string[] | null {
  const parsed = streamList.safeParse(body);
  if (!parsed.success) return null;
  return parsed.data.data.filter(({ type }) => type === 'live').map(({ user_id }) => user_id);
}
