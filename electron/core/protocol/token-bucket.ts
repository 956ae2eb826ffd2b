/** How fast a bot may send, all its connections together. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Clock } from '../ports.ts';

/** Characters of a line that cost as much as one more line. */
const COST_CHARACTERS = 1024;
/** After a pause so many lines are taken at once, so that there are twenty pauses a second, not thousands. */
const BATCH_LINES = LIMITS.lines.perSecond / 20;
/** So full again, a bot is no longer throttled. */
const RECOVERED_LEVEL = LIMITS.lines.burst / 10;
/** Buckets of programs that come and go; bots have one each. */
const MAX_BUCKETS = 500;

/** What one bot may still send, or a program that has not proved a key yet. Times in milliseconds. */
export interface TokenBucket {
  /** Until the next line may be taken; 0 means now. */
  delay(): number;
  /** One line was taken. */
  spend(characters: number): void;
  /** For how long it has been throttled without a break; 0 while it isn't. */
  throttledFor(): number;
  /** Takes nothing for a while. */
  block(): void;
  /** How long it is blocked for still; 0 means it is not. */
  blockedFor(): number;
  /** Whether nothing is remembered that a new one would not have. */
  isUntouched(): boolean;
}

/** A full one. A clock that is set back gives nothing, one set forward no more than all. */
export function createTokenBucket({ now }: Clock): TokenBucket {
  const { burst, perSecond, refusedMs } = LIMITS.lines;
  let level: number = burst;
  let filledAt = now();
  let throttledSince: number | null = null;
  let blockedAt: number | null = null;

  function fill(): number {
    const time = now();
    level = Math.min(burst, level + (Math.max(0, time - filledAt) * perSecond) / 1000);
    filledAt = time;
    if (level >= RECOVERED_LEVEL) throttledSince = null;
    return time;
  }
  const bucket: TokenBucket = {
    delay() {
      const time = fill();
      if (level >= 1) return 0;
      throttledSince ??= time;
      return Math.ceil(((BATCH_LINES - level) * 1000) / perSecond);
    },
    spend(characters) {
      level -= 1 + Math.floor(characters / COST_CHARACTERS);
    },
    throttledFor() {
      const time = fill();
      return throttledSince === null ? 0 : Math.max(0, time - throttledSince);
    },
    block() {
      blockedAt = now();
    },
    blockedFor() {
      const past = blockedAt === null ? refusedMs : now() - blockedAt;
      if (past >= 0 && past < refusedMs) return refusedMs - past;
      blockedAt = null;
      return 0;
    },
    isUntouched() {
      fill();
      return level === burst && bucket.blockedFor() === 0;
    },
  };
  return bucket;
}

/** The bucket of each bot or program, made when first asked for. */
export function createTokenBuckets(clock: Clock): (whose: string) => TokenBucket {
  const buckets = new Map<string, TokenBucket>();
  return (whose) => {
    const known = buckets.get(whose);
    if (known) return known;
    if (buckets.size >= MAX_BUCKETS)
      for (const [other, bucket] of buckets) if (bucket.isUntouched()) buckets.delete(other);
    const bucket = createTokenBucket(clock);
    buckets.set(whose, bucket);
    return bucket;
  };
}
