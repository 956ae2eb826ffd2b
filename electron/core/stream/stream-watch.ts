/**
 * Whether the streamer is live. Twitch is asked only when that matters: while a permission ends with her stream or she has
 * stream mode on, and before a bot's question opens a window.
 */
import type { StreamView } from '../../../shared/views.ts';
import { type Account, timeLeft } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { fraction } from '../accounts/back-off.ts';
import { STREAM_GRACE_MS } from '../bots/grant-end.ts';
import type { GrantEndings } from '../bots/grant-endings.ts';
import { inTime } from '../in-time.ts';
import type { Deps } from '../ports.ts';
import type { Asking } from '../settings/asking.ts';
import { type Helix, MAX_USERS } from '../twitch/helix.ts';

/** Looks after her stream. */
export interface StreamWatch {
  view(): StreamView;
  /**
   * Why no window may come up by itself, in a sentence for whoever wrote the bot; null when one may. Twitch is asked first where
   * nothing is known from the last two minutes; 1.5 s later at most the answer is there, and null if Twitch gave none.
   */
  hint(): Promise<string | null>;
  /** Looks at once if something needs it by now. */
  update(): void;
  start(): void;
  stop(): void;
}

/** What it works with. */
export interface StreamWatchServices {
  deps: Pick<Deps, 'clock' | 'timers' | 'random'>;
  accounts: Pick<Accounts, 'list'>;
  asking: Pick<Asking, 'streamMode'>;
  endings: Pick<GrantEndings, 'awaitsStream' | 'sawStream'>;
  helix: Helix;
  changed(): void;
}

/** So often it is seen whether to look: permissions come and go, and the computer sleeps. */
const TICK_MS = 15_000;
/** Between two looks, half a minute of it at random, so that many vaults don't ask at once. */
const LOOK_MS = { min: 105_000, spread: 30_000 };
/** So long an answer of Twitch, or its silence, is good enough for a question. */
const KNOWN_MS = 120_000;
/** So long a question waits for Twitch. */
const MAX_WAIT_MS = 1_500;
/** Accounts whose token is tried in one look. */
const MAX_TRIES = 3;

const HINTS = {
  mode: 'The streamer has switched stream mode on, so a notification was shown instead of a window. Wait longer, or ask again later.',
  live: 'The streamer is live, so a notification was shown instead of a window. Wait longer, or ask again later.',
} as const;

/** Asks nobody until `start`. */
export function createStreamWatch(services: StreamWatchServices): StreamWatch {
  const { deps, accounts, asking, endings, changed } = services;
  let live: readonly string[] = [];
  /** Monotonic milliseconds; so are the two below. */
  let seenLiveAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let nextAt = 0;
  let cancel: (() => void) | null = null;
  let looking: Promise<void> | null = null;
  const isKnown = (): boolean => deps.clock.monotonic() - askedAt < KNOWN_MS;

  /** Whoever wants to know at the same time shares one look. */
  function look(): Promise<void> {
    looking ??= lookNow().finally(() => {
      looking = null;
    });
    return looking;
  }

  async function lookNow(): Promise<void> {
    const usable = usableLogins(services);
    const ids = await liveIds(services, usable);
    if (usable.length > 0) askedAt = deps.clock.monotonic();
    if (cancel === null || ids === null) return;
    if (ids.length > 0) seenLiveAt = deps.clock.monotonic();
    show(loginsOf(accounts.list(), ids));
    endings.sawStream(ids.length > 0);
  }

  async function watch(): Promise<void> {
    nextAt = Number.POSITIVE_INFINITY;
    await look();
    nextAt = deps.clock.monotonic() + LOOK_MS.min + LOOK_MS.spread * fraction(deps.random);
  }

  function show(now: readonly string[]): void {
    if (String(now) === String(live)) return;
    live = now;
    changed();
  }

  function update(): void {
    if (cancel === null) return;
    if (!asking.streamMode() && !endings.awaitsStream()) {
      nextAt = 0;
      if (!isKnown()) show([]);
    } else if (deps.clock.monotonic() >= nextAt) void watch();
  }

  function tick(): void {
    cancel = deps.timers.after(TICK_MS, tick);
    update();
  }

  return {
    view: () => ({ mode: asking.streamMode(), live: [...live] }),
    async hint() {
      if (cancel !== null && !asking.streamMode() && !isKnown())
        await inTime(deps.timers, look(), MAX_WAIT_MS);
      if (asking.streamMode()) return HINTS.mode;
      return deps.clock.monotonic() - seenLiveAt < STREAM_GRACE_MS ? HINTS.live : null;
    },
    update,
    start: tick,
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}

/** Null when Twitch could not be asked: no token, no network. */
async function liveIds(
  { accounts, helix }: StreamWatchServices,
  usable: readonly Account[],
): Promise<string[] | null> {
  const userIds = [...new Set(accounts.list().map(({ userId }) => userId))];
  for (const { clientId, tokens } of usable) {
    const found: string[] = [];
    for (let from = 0; from < userIds.length; from += MAX_USERS) {
      const reply = await helix.streams(
        { clientId, access: tokens.access },
        userIds.slice(from, from + MAX_USERS),
      );
      if (reply.kind === 'transient') return null;
      if (reply.kind !== 'ok') break;
      found.push(...reply.value);
      if (from + MAX_USERS >= userIds.length) return found;
    }
  }
  return null;
}

/** Those whose token may be tried. */
const usableLogins = ({ deps, accounts }: StreamWatchServices): Account[] =>
  accounts
    .list()
    .filter((account) => isUsable(account, deps.clock.now()))
    .slice(0, MAX_TRIES);

const isUsable = ({ state, blocked, tokens }: Account, now: number): boolean =>
  state === 'ok' && blocked === null && timeLeft(tokens, now) > 0;

function loginsOf(accounts: readonly Account[], userIds: readonly string[]): string[] {
  return [...new Set(accounts.filter(({ userId }) => userIds.includes(userId)).map(({ login }) => login))];
}
