/** Notices when a bot's key is used by another program than was allowed, tells it, and holds tokens back. */
import type { PeerView } from '../../../shared/views.ts';
import type { Activity } from '../activity/activity.ts';
import type { Notices } from '../activity/notices.ts';
import type { Deps, Peer } from '../ports.ts';
import { createThrottle } from '../throttle.ts';
import type { Bot, Bots } from './bots.ts';
import { peerView } from './peer-view.ts';
import {
  allow,
  type Difference,
  differenceOf,
  learn,
  programKey,
  type SeenProgram,
  seenAs,
} from './programs.ts';
import { botLabel } from './similar-names.ts';

/** So long a request waits for a large program to be read; then it counts as one that can't be told. */
const MAX_LOOK_MS = 10_000;
const TOLD_MS = 7 * 24 * 3_600_000;

/** A bot's connection, as far as its program is concerned. */
export interface Visit {
  bot: Bot;
  facts: Peer;
  gone: AbortSignal;
  /** What is at the other end; null where that can't be told. */
  seen: SeenProgram | null;
  /** Settles when it has been looked at; null from then on. Nothing is released before. */
  looking: Promise<void> | null;
  /** Answers it may have all the same, after `Allow once`. */
  passes: number;
}

/** Looks at programs. */
export interface ProgramMonitor {
  /** Begins to look at a visit; never holds it up, and never fails. */
  look(visit: Visit, fingerprint: () => Promise<string | null>): void;
  /** What keeps tokens from it; null when nothing does. */
  held(visit: Visit): (Difference & { seen: SeenProgram }) | null;
  /** The streamer says that this program is all right. */
  accept(bot: Bot, seen: SeenProgram): void;
}

type ChangeDeps = Pick<Deps, 'clock' | 'timers'>;

/** Keeps what it finds in the bots' records. */
export function createProgramMonitor(
  deps: ChangeDeps,
  bots: Bots,
  activity: Activity,
  notices: Notices,
  changed: () => void,
): ProgramMonitor {
  const seldom = createThrottle(deps.clock, TOLD_MS);
  /** Visits of programs that differ, as long as they last. */
  const strange = new Set<Visit>();

  function tell(visit: Visit, seen: SeenProgram, { changes, held }: Difference): void {
    const { bot, facts } = visit;
    if (!seldom(JSON.stringify([bot.keyId, programKey(seen)]))) return;
    const name = botLabel(bot, bots.list());
    const what = changes.map((change) => WORDS[change.what]).join(' and ');
    const text = `The key of ${name} is used by something else than you allowed: ${what} changed`;
    const peer: PeerView = peerView(bot.name, true, facts);
    activity.add('bot.changed', text, { bot: bot.name, ok: !held, peer });
    const moved = changes.some((change) => change.what !== 'contents');
    if (held || moved)
      notices.add('warning', `${text}. ${held ? 'It gets nothing until you decide: see' : 'See'} Bots.`);
  }

  function compare(visit: Visit, seen: SeenProgram): void {
    const { bot } = visit;
    visit.seen = seen;
    const difference = differenceOf(bot, seen);
    if (difference !== null) {
      strange.add(visit);
      tell(visit, seen, difference);
      const known = bot.changed !== null && programKey(bot.changed.seen) === programKey(seen);
      bot.changed = { at: known && bot.changed ? bot.changed.at : deps.clock.now(), ...difference, seen };
    } else {
      strange.delete(visit);
      const learned = learn(bot, seen, deps.clock.now());
      const settled = bot.changed !== null && ![...strange].some((other) => other.bot === bot);
      if (settled) bot.changed = null;
      if (!learned && !settled) return;
    }
    bots.touch();
    changed();
  }

  return {
    look(visit, fingerprint) {
      const first = seenAs(visit.facts, null);
      if (first === null) return;
      visit.gone.addEventListener('abort', () => strange.delete(visit));
      const read = fingerprint().then((print) => {
        if (!visit.gone.aborted) compare(visit, { ...first, fingerprint: print });
      });
      const late = new Promise<void>((resolve) => {
        const cancel = deps.timers.after(MAX_LOOK_MS, () => {
          if (visit.seen === null) compare(visit, first);
          resolve();
        });
        void read.then(cancel);
      });
      visit.looking = Promise.race([read, late]).then(() => {
        visit.looking = null;
      });
    },
    held(visit) {
      const { bot, seen } = visit;
      if (seen === null || !strange.has(visit)) return null;
      const difference = differenceOf(bot, seen);
      return difference?.held ? { ...difference, seen } : null;
    },
    accept(bot, seen) {
      allow(bot, seen, deps.clock.now());
      bot.changed = null;
      changed();
    },
  };
}

const WORDS = {
  program: 'its program',
  script: 'its script',
  contents: 'what is in the file',
  place: 'the computer it runs on',
} as const;
