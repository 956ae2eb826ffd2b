/**
 * What Twitch's answers mean: the one table that tells a passing trouble from a lost login. Sources:
 * dev.twitch.tv/docs/authentication (refresh, validate, device code flow) and the reports named at
 * each row.
 */
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import type { HttpReply } from '../ports.ts';

/**
 * Whether Twitch has done what was asked: it never got there, or was put off (429); it says that it failed, which a
 * gateway may say of what was done; or the answer was `lost`, and nobody knows.
 */
export type RequestFate = 'unsent' | 'failed' | 'lost';
/** Why there is no good answer. */
export type TwitchTrouble =
  /**
   * Will pass: network, overload, nonsense from a proxy. `blame`: what on the streamer's side keeps Castkey from Twitch,
   * and what to do, in sentences; absent where that isn't known.
   */
  | { kind: 'transient'; cause: string; fate: RequestFate; retryAfterMs: number | null; blame?: string }
  /** Twitch refuses this token, code or login. */
  | { kind: 'rejected'; message: string }
  /** The Twitch application is set up wrongly here: client ID, type or secret. */
  | { kind: 'setup'; message: string };
/** An answer of Twitch, understood. */
export type TwitchReply<T> = { kind: 'ok'; value: T } | TwitchTrouble;

/** Whether a token that Twitch was told to end is over: one that it doesn't know any more is as good as ended. */
export const isEnded = ({ kind }: TwitchReply<true>): boolean => kind === 'ok' || kind === 'rejected';

/** 400 and 403 messages that speak of the application, not of the login (twitchdev/issues#943). */
const SETUP_MESSAGE =
  /invalid client|missing client|client does not exist|invalid client secret|redirect_uri|redirect_mismatch/i;
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 429]);

/** Reads an answer; `parse` gives null for a body that isn't what it should be. */
export function readReply<T>(reply: HttpReply, parse: (body: unknown) => T | null): TwitchReply<T> {
  if (reply.kind === 'failure') {
    const { cause, sent, advice } = reply;
    return {
      ...transient(cause, sent ? 'lost' : 'unsent'),
      ...(advice && { blame: `${capital(cause)}. ${advice}` }),
    };
  }
  if (reply.status >= 500 || PASSING_STATUS.has(reply.status)) {
    const fate = reply.status >= 500 ? 'failed' : 'unsent';
    return transient(`status ${reply.status}`, fate, retryAfter(reply.header('retry-after')));
  }
  const body = parseJson(reply.body);
  if (reply.status === 200) {
    const value = body === undefined ? null : parse(body);
    return value === null ? transient('unreadable answer', 'lost') : { kind: 'ok', value };
  }
  const message = messageOf(body) ?? (reply.status === 401 ? 'unauthorized' : null);
  if (message === null) return transient(`status ${reply.status} without a reason`, 'failed');
  if (reply.status === 403 || SETUP_MESSAGE.test(message)) return { kind: 'setup', message };
  // Twitch refuses with these two; a filter on the way may say anything.
  if (reply.status !== 400 && reply.status !== 401) return transient(`status ${reply.status}`, 'failed');
  return { kind: 'rejected', message };
}

/** For a request that is not even begun. */
export const notBegun = (cause: string): TwitchTrouble & { kind: 'transient' } => transient(cause, 'unsent');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function transient(
  cause: string,
  fate: RequestFate,
  retryAfterMs: number | null = null,
): TwitchTrouble & { kind: 'transient' } {
  return { kind: 'transient', cause, fate, retryAfterMs };
}

/** Whole seconds as Twitch sends them; anything else counts as absent. */
function retryAfter(header: string | null): number | null {
  return header !== null && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : null;
}

const errorBody = z.object({ message: z.string().max(300) });

/** Twitch's own short reason. It never repeats a token, and only this field of a body is kept. */
function messageOf(body: unknown): string | null {
  const parsed = errorBody.safeParse(body);
  // It is shown, logged and told to bots, whose terminals would follow what is in it.
  return parsed.success ? parsed.data.message.replace(/\p{C}+/gu, ' ') : null;
}
