/** When a permission ends by itself. Pure; times in milliseconds since 1970, by the clock that nobody sets. */
import { z } from 'zod';
import type { ApprovalChoice } from '../../../shared/ipc.ts';
import type { GrantEnd as GrantEndView } from '../../../shared/views.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A stream that is interrupted for less has not ended. */
export const STREAM_GRACE_MS = 15 * MINUTE_MS;
/** So long a permission holds though nobody has seen her live: no token to look with, or she never went live. */
export const UNSEEN_MS = 12 * HOUR_MS;
const FOR_HOURS_MS = 8 * HOUR_MS;

/**
 * `null` is never. `begun`: she was seen live since it was given, for she may give it while she gets ready. `latest`: it ends then
 * unless she is seen live before, which moves it on.
 */
export const grantEnd = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('at'), at: z.number() }),
    z.object({
      kind: z.literal('stream'),
      begun: z.boolean(),
      offlineSince: z.number().nullable(),
      latest: z.number(),
    }),
  ])
  .nullable();
export type GrantEnd = z.infer<typeof grantEnd>;

/** Answers after which a bot may go on asking: all but once and no. */
export type LastingChoice = Exclude<ApprovalChoice, 'once' | 'deny'>;
/** Those of them that end by themselves. */
export type EndingChoice = Exclude<LastingChoice, 'always'>;

/** The end of a permission given now. */
export function endOf(choice: LastingChoice, now: number): GrantEnd {
  if (choice === 'always') return null;
  return choice === 'for-8-hours'
    ? { kind: 'at', at: now + FOR_HOURS_MS }
    : { kind: 'stream', begun: false, offlineSince: null, latest: now + UNSEEN_MS };
}

/** Why it is over by now, in words that complete "… has ended: "; null while it isn't. */
export function overWhy(ends: GrantEnd, now: number): string | null {
  if (ends === null) return null;
  if (ends.kind === 'at') return ends.at <= now ? 'its time is over' : null;
  return ends.latest <= now ? 'Castkey has not seen you live for 12 hours' : null;
}

/** The moment at which it is over at the latest; null for one that doesn't end. */
export function latestEnd(ends: GrantEnd): number | null {
  if (ends === null) return null;
  return ends.kind === 'at' ? ends.at : ends.latest;
}

/** The same end after the clock was set by `ms`. */
export function movedBy(ends: GrantEnd, ms: number): GrantEnd {
  if (ends === null) return null;
  if (ends.kind === 'at') return { ...ends, at: ends.at + ms };
  const offlineSince = ends.offlineSince === null ? null : ends.offlineSince + ms;
  return { ...ends, offlineSince, latest: ends.latest + ms };
}

/** What it is after her stream was looked at; `over` once it has been off for long enough. */
export function afterLook(ends: GrantEnd, seen: { live: boolean; now: number }): GrantEnd | 'over' {
  if (ends?.kind !== 'stream') return ends;
  const { live, now } = seen;
  if (live) return { kind: 'stream', begun: true, offlineSince: null, latest: now + UNSEEN_MS };
  if (!ends.begun) return ends;
  if (ends.offlineSince === null) return { ...ends, offlineSince: now };
  return now - ends.offlineSince >= STREAM_GRACE_MS ? 'over' : ends;
}

/** What windows show of it. */
export function endView(ends: GrantEnd): GrantEndView {
  return ends?.kind === 'stream' ? { kind: 'stream', offlineSince: ends.offlineSince } : ends;
}
