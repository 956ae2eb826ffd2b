/** Ends permissions whose time is over, whatever becomes of the computer's clock. */
import type { Activity } from '../activity/activity.ts';
import type { Deps } from '../ports.ts';
import { createSteadyClock } from '../steady-clock.ts';
import type { Bot } from './bot.ts';
import type { Bots } from './bots.ts';
import { announceChange, type GrantChangeServices, grantTarget } from './grant-changes.ts';
import { afterLook, latestEnd, movedBy, overWhy } from './grant-end.ts';
import type { Grant } from './grants.ts';
import { botLabel } from './similar-names.ts';

/** The one mechanism by which a permission ends by itself. */
export interface GrantEndings {
  /** The time that ends are told in, for a permission given now: milliseconds since 1970. */
  now(): number;
  /** Ends what is over by now. Timers stand still in sleep, so it is called before each use of a permission, too. */
  endDue(): void;
  /** Whether any permission ends with her stream, so that somebody has to look. */
  awaitsStream(): boolean;
  /** Her stream was looked at. */
  sawStream(live: boolean): void;
  /** Looks by itself from now on. */
  start(): void;
  stop(): void;
}

/** What it works with. */
export interface GrantEndingServices extends GrantChangeServices {
  deps: Pick<Deps, 'clock' | 'timers'>;
  activity: Pick<Activity, 'add'>;
  bots: Pick<Bots, 'list' | 'persist' | 'saveSoon'>;
}

/** So soon it is noticed that somebody set the clock. */
const LOOK_MS = 30_000;
const STREAM_OVER = 'your stream is over';

/** Looks at nothing until `start`. */
export function createGrantEndings(services: GrantEndingServices): GrantEndings {
  const { activity, bots, deps } = services;
  const steady = createSteadyClock(deps.clock);
  let cancel = (): void => {};

  /** Ends are kept in the computer's time, so that they mean the same at the next start. */
  function now(): number {
    const set = steady.adopt();
    if (set !== 0) {
      for (const grant of ending(bots.list())) grant.ends = movedBy(grant.ends, set);
      bots.saveSoon();
    }
    return steady.now();
  }

  /** `why` says in words why a permission is over; null while it isn't. */
  function end(why: (grant: Grant) => string | null): void {
    let ended = false;
    for (const bot of bots.list()) {
      for (const grant of bot.grants) {
        const reason = grant.ends && why(grant);
        if (reason === null) continue;
        ended = true;
        bot.grants = bot.grants.filter((other) => other !== grant);
        announceChange(services, bot.keyId, grant, true);
        const text = `${botLabel(bot, bots.list())} may no longer use ${grantTarget(services, grant)}: ${reason}`;
        activity.add('grant.ended', text, { bot: bot.name, scopes: grant.scopes });
      }
    }
    if (ended) void bots.persist();
  }

  function endDue(): void {
    const time = now();
    end(({ ends }) => overWhy(ends, time));
  }

  function look(): void {
    endDue();
    const time = steady.now();
    const next = ending(bots.list()).map(({ ends }) => (latestEnd(ends) ?? time) - time);
    cancel = deps.timers.after(Math.max(0, Math.min(LOOK_MS, ...next)), look);
  }

  return {
    now,
    endDue,
    awaitsStream: () => ending(bots.list()).some(({ ends }) => ends?.kind === 'stream'),
    sawStream(live) {
      const seen = { live, now: now() };
      end((grant) => {
        const ends = afterLook(grant.ends, seen);
        if (ends === 'over') return STREAM_OVER;
        if (ends !== grant.ends) bots.saveSoon();
        grant.ends = ends;
        return null;
      });
    },
    start() {
      cancel();
      look();
    },
    stop() {
      cancel();
      now();
    },
  };
}

const ending = (bots: readonly Bot[]): Grant[] =>
  bots.flatMap(({ grants }) => grants.filter(({ ends }) => ends !== null));
