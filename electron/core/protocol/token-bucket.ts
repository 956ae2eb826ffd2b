/** How fast a bot may send, all its connections together. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Clock } from '../ports.ts';

/** Bytes of a line that count as one more. */
const COST_BYTES = 1024;
/** After a pause so many lines are taken at once, so that there are twenty pauses a second, not thousands. */
const PORTION = LIMITS.lines.perSecond / 20;
/** So full again, a bot is no longer slowed. */
const WELL = LIMITS.lines.burst / 10;
/** Meters of programs that come and go; bots have one each. */
const MAX_BUCKETS = 500;

/** One bot's allowance, or that of a program that has not proved a key yet. */
export interface TokenBucket {
  /** Milliseconds until the next line may be taken; 0 means now. */
  wait(): number;
  /** One line was taken. */
  count(characters: number): void;
  /** For how long it has been slowed without a break; 0 while it isn't. */
  slowedFor(): number;
  /** Refuses everything for a while. */
  refuse(): void;
  /** Milliseconds it is refused for still; 0 means it is not. */
  refusedFor(): number;
  /** Whether nothing is remembered that a new one would not have. */
  idle(): boolean;
}

/** A full allowance (a token bucket). A clock that is set back gives nothing, one set forward no more than all. */
export function createTokenBucket({ now }: Clock): TokenBucket {
  const { burst, perSecond, refusedMs } = LIMITS.lines;
  let level: number = burst;
  let filledAt = now();
  let slowedSince: number | null = null;
  let refusedAt: number | null = null;

  function fill(): number {
    const time = now();
    level = Math.min(burst, level + (Math.max(0, time - filledAt) * perSecond) / 1000);
    filledAt = time;
    if (level >= WELL) slowedSince = null;
    return time;
  }
  const meter: TokenBucket = {
    wait() {
      const time = fill();
      if (level >= 1) return 0;
      slowedSince ??= time;
      return Math.ceil(((PORTION - level) * 1000) / perSecond);
    },
    count(characters) {
      level -= 1 + Math.floor(characters / COST_BYTES);
    },
    slowedFor() {
      const time = fill();
      return slowedSince === null ? 0 : Math.max(0, time - slowedSince);
    },
    refuse() {
      refusedAt = now();
    },
    refusedFor() {
      const past = refusedAt === null ? refusedMs : now() - refusedAt;
      if (past >= 0 && past < refusedMs) return refusedMs - past;
      refusedAt = null;
      return 0;
    },
    idle() {
      fill();
      return level === burst && meter.refusedFor() === 0;
    },
  };
  return meter;
}

/** The meter of each bot or program, made when first asked for. */
export function createTokenBuckets(clock: Clock): (whose: string) => TokenBucket {
  const meters = new Map<string, TokenBucket>();
  return (whose) => {
    const known = meters.get(whose);
    if (known) return known;
    if (meters.size >= MAX_BUCKETS) for (const [other, meter] of meters) if (meter.idle()) meters.delete(other);
    const meter = createTokenBucket(clock);
    meters.set(whose, meter);
    return meter;
  };
}
