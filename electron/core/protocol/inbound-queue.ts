/** Takes lines as fast as their sender's meter allows; meanwhile the pipe is not read, so the sender waits. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Pipe, Timers } from '../ports.ts';
import type { TokenBucket } from './token-bucket.ts';

interface Services {
  pipe: Pick<Pipe, 'pause' | 'resume'>;
  timers: Timers;
  /** Whose lines these are: it changes when a bot proves its key. */
  meter(): TokenBucket;
  receive(line: string): void;
  /** Requests received and not answered yet. */
  inFlight(): number;
  /** The sender is slowed; said each time it has to wait. */
  slowed(): void;
  /** It may send nothing for so many milliseconds: the connection must end. */
  refused(ms: number): void;
}

/** The lines of one connection, in order. */
export interface InboundQueue {
  take(lines: readonly string[]): void;
  /** Drops what waits. */
  stop(): void;
}

/** Nothing waits at first. */
export function createInboundQueue({ pipe, timers, meter, receive, inFlight, slowed, refused }: Services): InboundQueue {
  let waiting: string[] = [];
  let cancel: (() => void) | null = null;
  let stopped = false;

  /** Who awaits answers is only slowed; who sends on and on without them is, after a while, refused. */
  function pushes(): boolean {
    const ahead = waiting.length + inFlight() > LIMITS.requestsInFlight;
    return ahead && meter().slowedFor() >= LIMITS.lines.slowedMs;
  }

  function hold(ms: number): void {
    slowed();
    if (pushes()) {
      meter().refuse();
      return refused(meter().refusedFor());
    }
    pipe.pause();
    cancel = timers.after(ms, () => {
      cancel = null;
      pump();
      if (cancel === null && !stopped) pipe.resume();
    });
  }

  function pump(): void {
    let done = 0;
    while (!stopped && done < waiting.length) {
      const refusedFor = meter().refusedFor();
      if (refusedFor > 0) return refused(refusedFor);
      const ms = meter().wait();
      if (ms > 0) {
        waiting = waiting.slice(done);
        return hold(ms);
      }
      const line = waiting[done] ?? '';
      done += 1;
      meter().count(line.length);
      receive(line);
    }
    waiting = [];
  }

  return {
    take(lines) {
      waiting = waiting.length === 0 ? [...lines] : [...waiting, ...lines];
      if (cancel === null) pump();
    },
    stop() {
      stopped = true;
      waiting = [];
      cancel?.();
    },
  };
}
