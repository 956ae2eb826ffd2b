/** One caller's bucket after a request. */
export interface Bucket {
  readonly limit: number;
  readonly remaining: number;
  /** When it is full again, in seconds since 1970. */
  readonly reset: number;
  readonly allowed: boolean;
}

/** Helix's limit: points a minute for each application, or each user of an application. */
export interface RateLimit {
  /** Takes one point. */
  take(clientId: string, userId: string | null): Bucket;
  /** Points a minute from now on; all buckets are full again. */
  setLimit(points: number): void;
}

const MINUTE = 60_000;

/** Twitch's usual 800 points a minute, refilled evenly (Twitch docs, API guide). */
export function openRateLimit(now: () => number): RateLimit {
  const buckets = new Map<string, { points: number; at: number }>();
  let limit = 800;
  return {
    take: (clientId, userId) => {
      const key = `${clientId} ${userId ?? ''}`;
      const last = buckets.get(key) ?? { points: limit, at: now() };
      const refilled = Math.min(limit, last.points + (Math.max(0, now() - last.at) * limit) / MINUTE);
      const allowed = refilled >= 1;
      const points = allowed ? refilled - 1 : refilled;
      buckets.set(key, { points, at: now() });
      const reset = Math.ceil((now() + ((limit - points) * MINUTE) / limit) / 1000);
      return { limit, remaining: Math.floor(points), reset, allowed };
    },
    setLimit: (points) => {
      limit = points;
      buckets.clear();
    },
  };
}
