/** So many in so long, for each key. */
export interface Pace {
  /** Counts one; false if it is too many. What was refused doesn't count. */
  allow(key: string, most: number): boolean;
}

/** @param windowMs Milliseconds after which one no longer counts. */
export function openPace(now: () => number, windowMs: number): Pace {
  const recent = new Map<string, number[]>();
  return {
    allow: (key, most) => {
      const times = (recent.get(key) ?? []).filter((at) => at > now() - windowMs);
      const allowed = times.length < most;
      if (allowed) times.push(now());
      recent.set(key, times);
      return allowed;
    },
  };
}
