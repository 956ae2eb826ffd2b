/** One hostile connection, and all that was sent and said on it. */
import type { Pipe, PipeListener } from '../../../electron/core/ports.ts';
import { LOCAL_PEER } from '../../support/test-bot.ts';
import type { FuzzFixture } from './fuzz-fixture.ts';

/** A connection, in memory or through a socket. */
export interface HostilePeer {
  /** Lines of the vault, without their newline. */
  readonly said: string[];
  /** The vault hung up. */
  readonly closed: boolean;
  /** What the vault did to the connection that it must never do. */
  readonly faults: string[];
  write(chunk: Uint8Array): void;
  hangUp(): void;
  reads(on: boolean): void;
  /** Resolves when the vault has said all it has to say now, with what had to be sent to find out. */
  quiet(): Promise<Buffer>;
}
/** How connections come about. */
export interface Transport {
  dial(fixture: FuzzFixture): Promise<HostilePeer>;
  /** How many connections the vault holds. */
  count(): number;
  /** Resolves when the vault has noticed who is gone, and holds so many at most. */
  left(most: number): Promise<void>;
}

const NOTHING = Buffer.alloc(0);

/** Without a socket: quick, and the vault sees exactly the pieces that were sent. */
export const IN_MEMORY: Transport = {
  dial: async (fixture) => connectInMemory(fixture),
  count: () => 0,
  left: async () => undefined,
};

/** A pipe in memory: every byte arrives at once and in exactly the pieces it was sent in. */
function connectInMemory({ vault, time }: FuzzFixture): HostilePeer {
  const said: string[] = [];
  const faults: string[] = [];
  let [closed, gone, reading, full] = [false, false, true, false];
  let listener: PipeListener | null = null;
  const tell = (what: () => void): void => {
    try {
      what();
    } catch (error) {
      faults.push(`an exception came out of the listener: ${String((error as Error).stack ?? error)}`);
    }
  };
  /** What the vault doesn't read at the moment waits, as in a socket. */
  const unread: Uint8Array[] = [];
  let paused = false;
  const receive = (chunk: Uint8Array): void => {
    if (!gone && !closed) tell(() => listener?.data(chunk));
  };
  const pipe: Pipe = {
    peer: LOCAL_PEER,
    lookAgain: async () => LOCAL_PEER,
    fingerprint: async () => 'a'.repeat(64),
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      while (!paused && unread.length > 0) receive(unread.shift() ?? NOTHING);
    },
    write(line) {
      if (full) faults.push('it wrote though the pipe was full');
      if (closed || gone) return false;
      if (!line.endsWith('\n') || line.indexOf('\n') !== line.length - 1) faults.push('that is not one line');
      said.push(line.slice(0, -1));
      full = !reading;
      return reading;
    },
    close() {
      if (closed || gone) return;
      closed = true;
      queueMicrotask(() => tell(() => listener?.closed()));
    },
  };
  const peer: HostilePeer = {
    said,
    faults,
    get closed() {
      return closed;
    },
    write(chunk) {
      if (paused) unread.push(Buffer.from(chunk));
      else receive(chunk);
    },
    hangUp() {
      if (gone || closed) return;
      gone = true;
      tell(() => listener?.closed());
    },
    reads(on) {
      reading = on;
      if (!on || !full) return;
      full = false;
      tell(() => listener?.drained());
    },
    quiet: () => time.settle().then(() => NOTHING),
  };
  listener = vault.accept(pipe);
  return peer;
}
