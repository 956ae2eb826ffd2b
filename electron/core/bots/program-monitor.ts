/** Notices when a bot's key is used by another program than was allowed, tells it, and holds tokens back. */
import type { ProgramChangeView } from '../../../shared/views.ts';
import type { Activity } from '../activity/activity.ts';
import type { Notices } from '../activity/notices.ts';
import type { Deps } from '../ports.ts';
import { createThrottle } from '../throttle.ts';
import type { Bot } from './bot.ts';
import type { BotConnection } from './bot-connection.ts';
import type { Bots } from './bots.ts';
import { peerView } from './peer.ts';
import {
  allow,
  type Difference,
  differenceOf,
  hidesScript,
  learn,
  learnIntroduced,
  programKey,
  type SeenProgram,
  seenAs,
} from './programs.ts';
import { botLabel } from './similar-names.ts';

/** So long a request waits for a large program to be read; then it counts as one that can't be told. */
const MAX_LOOK_MS = 10_000;
const NOTIFY_AGAIN_MS = 7 * 24 * 3_600_000;

/** Compares what connects with what was allowed. */
export interface ProgramMonitor {
  /** Begins to look at a connection's program; never holds it up, and never fails. */
  look(connection: BotConnection, fingerprint: () => Promise<string | null>): void;
  /** The bot asks for tokens of another Twitch application than she allowed: told, since it may never ask by a window. */
  otherApplication(connection: BotConnection, change: ProgramChangeView): void;
  /** What keeps tokens from a connection; null when nothing does. */
  held(connection: BotConnection): (Difference & { seen: SeenProgram }) | null;
  /** The streamer says that this program is all right. */
  accept(bot: Bot, seen: SeenProgram): void;
}

/** What the monitor works with. */
export interface ProgramMonitorServices {
  deps: Pick<Deps, 'clock' | 'timers'>;
  activity: Activity;
  bots: Bots;
  notices: Notices;
  changed(): void;
}

/** Keeps what it finds in the bots' records. */
export function createProgramMonitor(services: ProgramMonitorServices): ProgramMonitor {
  const { deps, bots, changed } = services;
  const announce = createAnnouncement(services);
  /** Connections of programs that differ, as long as they last. */
  const differing = new Set<BotConnection>();

  function compare(connection: BotConnection, seen: SeenProgram): void {
    const { bot } = connection;
    connection.seen = seen;
    let difference = differenceOf(bot, seen);
    const introduced = difference !== null && learnIntroduced(bot, seen, deps.clock.now());
    if (introduced) {
      announce.introduced(connection);
      difference = null;
    }
    if (difference !== null) {
      differing.add(connection);
      announce.changed(connection, seen, difference);
      const known = bot.changed !== null && programKey(bot.changed.seen) === programKey(seen);
      bot.changed = { at: known && bot.changed ? bot.changed.at : deps.clock.now(), ...difference, seen };
    } else {
      differing.delete(connection);
      if (hidesScript(bot, seen)) announce.hidden(connection, seen);
      const learned = learn(bot, seen, deps.clock.now()) || introduced;
      const settled = bot.changed !== null && ![...differing].some((other) => other.bot === bot);
      if (settled) bot.changed = null;
      if (!learned && !settled) return;
    }
    bots.saveSoon();
    changed();
  }

  return {
    look(connection, fingerprint) {
      const first = seenAs(connection.peer, null);
      if (first === null) return;
      connection.gone.addEventListener('abort', () => differing.delete(connection));
      const read = fingerprint().then((print) => {
        if (!connection.gone.aborted) compare(connection, { ...first, fingerprint: print });
      });
      const late = new Promise<void>((resolve) => {
        const cancel = deps.timers.after(MAX_LOOK_MS, () => {
          if (connection.seen === null) compare(connection, first);
          resolve();
        });
        void read.then(cancel);
      });
      connection.looking = Promise.race([read, late]).then(() => {
        connection.looking = null;
      });
    },
    otherApplication: announce.application,
    held(connection) {
      const { bot, seen } = connection;
      if (seen === null || !differing.has(connection)) return null;
      const difference = differenceOf(bot, seen);
      return difference?.held ? { ...difference, seen } : null;
    },
    accept(bot, seen) {
      allow(bot, seen, deps.clock.now());
      bot.changed = null;
      bot.awaitsProgram = false;
      changed();
    },
  };
}

/** Tells record and streamer of a change, each program of a bot once a week. */
function createAnnouncement({ deps, activity, bots, notices }: ProgramMonitorServices) {
  const isDue = createThrottle(deps.clock, NOTIFY_AGAIN_MS);
  const record = ({ bot, peer }: BotConnection, text: string, ok: boolean): void =>
    activity.add('bot.changed', text, { bot: bot.name, ok, peer: peerView(bot.name, true, peer) });
  return {
    changed(connection: BotConnection, seen: SeenProgram, { changes, held }: Difference): void {
      const { bot } = connection;
      if (!isDue(JSON.stringify([bot.keyId, programKey(seen)]))) return;
      const name = botLabel(bot, bots.list());
      const what = changes.map((change) => WORDS[change.what]).join(' and ');
      const text = `The key of ${name} is used by something else than you allowed: ${what} changed`;
      record(connection, text, !held);
      const moved = changes.some((change) => change.what !== 'contents');
      if (held || moved)
        notices.add('warning', `${text}. ${held ? 'It gets nothing until you decide: see' : 'See'} Bots.`);
    },
    application(connection: BotConnection, { before, after }: ProgramChangeView): void {
      const { bot } = connection;
      if (!isDue(JSON.stringify([bot.keyId, 'application', after]))) return;
      const name = botLabel(bot, bots.list());
      const text = `${name} asks for tokens of another Twitch application (${after}) than you allowed (${before ?? 'none'})`;
      record(connection, text, false);
      notices.add('warning', `${text}. It gets nothing until you say yes to that.`);
    },
    introduced(connection: BotConnection): void {
      const name = botLabel(connection.bot, bots.list());
      const text = `The first program that used the key of ${name} is taken to be it from now on`;
      activity.add('pairing', text, { bot: name, ok: true, peer: peerView(name, true, connection.peer) });
    },
    /** Bots that name themselves do so rightly; the record has it for whoever looks back. */
    hidden(connection: BotConnection, seen: SeenProgram): void {
      const { bot } = connection;
      if (!isDue(JSON.stringify([bot.keyId, programKey(seen)]))) return;
      const name = botLabel(bot, bots.list());
      record(
        connection,
        `The key of ${name} is used by a program that hides its script behind a title`,
        true,
      );
    },
  };
}

const WORDS = {
  program: 'its program',
  script: 'its script',
  contents: 'what is in the file',
  place: 'the computer it runs on',
  application: 'its Twitch application',
} as const;
