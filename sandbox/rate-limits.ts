/** The state of one token bucket after a request. */
export interface Bucket {
  readonly limit: number;
  readonly remaining: number;
  /** When it is full again, in seconds since 1970. */
  readonly reset: number;
  readonly allowed: boolean;
}

/** Helix's limit: points a minute for each application, or each user of an application. */
export interface TokenBuckets {
  /** Takes one point. */
  take(clientId: string, userId: string | null): Bucket;
  /** Points a minute from now on; all buckets are full again. */
  setLimit(points: number): void;
}

const MINUTE_MS = 60_000;
/** Twitch's own number of points a minute (Twitch docs, API guide). */
const DEFAULT_POINTS = 800;

/** Full buckets, refilled evenly. */
export function openTokenBuckets(now: () => number): TokenBuckets {
  const buckets = new Map<string, { points: number; at: number }>();
  let limit = DEFAULT_POINTS;
  return {
    take: (clientId, userId) => {
      const key = `${clientId} ${userId ?? ''}`;
      const last = buckets.get(key) ?? { points: limit, at: now() };
      const refilled = Math.min(limit, last.points + (Math.max(0, now() - last.at) * limit) / MINUTE_MS);
      const allowed = refilled >= 1;
      const points = allowed ? refilled - 1 : refilled;
      buckets.set(key, { points, at: now() });
      const reset = Math.ceil((now() + ((limit - points) * MINUTE_MS) / limit) / 1000);
      return { limit, remaining: Math.floor(points), reset, allowed };
    },
    setLimit: (points) => {
      limit = points;
      buckets.clear();
    },
  };
}

/** The limits of chat: so many in so long, counted for each key. */
export interface SlidingWindow {
  /** Counts one; false if there were `max` already. What was refused doesn't count. */
  allow(key: string, max: number): boolean;
}

/** @param windowMs Milliseconds after which one no longer counts. */
export function openSlidingWindow(now: () => number, windowMs: number): SlidingWindow {
  const recent = new Map<string, number[]>();
  return {
    allow: (key, max) => {
      const times = (recent.get(key) ?? []).filter((at) => at > now() - windowMs);
      const allowed = times.length < max;
      if (allowed) times.push(now());
      recent.set(key, times);
      return allowed;
    },
  };
}
