import { LIMITS, type WireEventBody } from '../../../shared/protocol.ts';
import type { CastkeyToken } from '../../javascript/src/types.ts';
import type { Io } from '../io.ts';

/** Restarts for new tokens, each at its time, so that the bots of a stream don't all restart in one second. */
export interface Splay {
  /** What the vault tells: whose turn it is, or that the token in use is over. */
  hear(event: WireEventBody): void;
  /** A newer token: the program is restarted for it when its turn has come. */
  put(token: CastkeyToken): void;
  /** Forgets a restart that waits. */
  stop(): void;
}

/** How restarts are put off. */
export interface SplayOptions {
  readonly io: Pick<Io, 'host'>;
  /** Milliseconds within which all bots restart; 0: at once. */
  readonly windowMs: number;
  /** The token that the program was started with. */
  readonly first: CastkeyToken;
  /** Restarts the program. */
  readonly restart: (token: CastkeyToken) => void;
  /** Hears that a restart waits, and how many seconds. */
  readonly onWait: (seconds: number) => void;
}

/**
 * The vault gives turns, one after the other. Where it has given none (it is an older one, or the token changed while it was
 * away), chance does. Nobody waits for longer than the token in use lives, nor at all if that is known to be over.
 */
export function createSplay({ io: { host }, windowMs, first, restart, onWait }: SplayOptions): Splay {
  let running = first;
  /** Milliseconds until the turn of the next token; undefined while nobody has said. */
  let turnMs: number | undefined;
  let waiting: CastkeyToken | undefined;
  let cancel = (): void => {};

  function go(): void {
    cancel();
    if (waiting) restart(waiting);
    running = waiting ?? running;
    waiting = undefined;
  }

  return {
    hear(event) {
      if (!('userId' in event) || event.userId !== running.userId) return;
      if (event.type === 'token.invalidated') turnMs = 0;
      // An older vault names nobody, and gives no turns.
      if (event.type !== 'token.changed' || event.user === undefined) return;
      turnMs = ((event.splayMs ?? 0) * windowMs) / LIMITS.splayMs;
      if (event.splayMs === undefined) go();
    },
    put(token) {
      const wanted = turnMs ?? host.random() * windowMs;
      turnMs = undefined;
      waiting = token;
      cancel();
      const ms = Math.min(wanted, msLeft(running, host.now()));
      if (ms <= 0) return go();
      cancel = host.after(ms, go);
      onWait(Math.ceil(ms / 1000));
    },
    stop: () => cancel(),
  };
}

/** Milliseconds that a token lives on. */
function msLeft({ obtainmentTimestamp, expiresIn }: CastkeyToken, now: number): number {
  if (expiresIn === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, obtainmentTimestamp + expiresIn * 1000 - now);
}
