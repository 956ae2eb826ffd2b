/**
 * Takes lines as fast as their sender's token bucket allows; meanwhile the pipe is not read, so the sender
 * waits.
 */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Timers } from '../ports.ts';
import type { PauseHandle } from './flow-control.ts';
import type { TokenBucket } from './token-bucket.ts';

/** What a queue works with. */
export interface InboundQueueDeps {
  pipe: PauseHandle;
  timers: Timers;
  /** Whose lines these are: it changes when a bot proves its key. */
  bucket(): TokenBucket;
  receive(line: string): void;
  /** Requests received and not answered yet. */
  inFlight(): number;
  /** The sender is throttled; said each time it has to wait. */
  throttled(): void;
  /** It may send nothing for so many milliseconds: the connection must end. */
  blocked(ms: number): void;
}

/** The lines of one connection, in order. */
export interface InboundQueue {
  push(lines: readonly string[]): void;
  /** Drops what waits. */
  stop(): void;
}

/** Nothing waits at first. */
export function createInboundQueue(deps: InboundQueueDeps): InboundQueue {
  const { pipe, timers, bucket, receive, inFlight, throttled, blocked } = deps;
  let waiting: string[] = [];
  let cancel: (() => void) | null = null;
  let stopped = false;

  /** Who awaits answers is only throttled; who sends on and on without them is, after a while, blocked. */
  function ignoresAnswers(): boolean {
    const ahead = waiting.length + inFlight() > LIMITS.requestsInFlight;
    return ahead && bucket().throttledFor() >= LIMITS.lines.slowedMs;
  }

  function wait(ms: number): void {
    throttled();
    if (ignoresAnswers()) {
      bucket().block();
      return blocked(bucket().blockedFor());
    }
    pipe.pause();
    cancel = timers.after(ms, () => {
      cancel = null;
      drain();
      if (cancel === null && !stopped) pipe.resume();
    });
  }

  function drain(): void {
    let done = 0;
    while (!stopped && done < waiting.length) {
      const blockedFor = bucket().blockedFor();
      if (blockedFor > 0) return blocked(blockedFor);
      const ms = bucket().delay();
      if (ms > 0) {
        waiting = waiting.slice(done);
        return wait(ms);
      }
      const line = waiting[done] ?? '';
      done += 1;
      bucket().spend(line.length);
      receive(line);
    }
    waiting = [];
  }

  return {
    push(lines) {
      waiting = waiting.length === 0 ? [...lines] : [...waiting, ...lines];
      if (cancel === null) drain();
    },
    stop() {
      stopped = true;
      waiting = [];
      cancel?.();
    },
  };
}
