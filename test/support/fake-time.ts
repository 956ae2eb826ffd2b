import type { Clock, Timers } from '../../electron/core/ports.ts';

/** 2026-01-05, 12:00 UTC: when every test begins. */
export const START = Date.UTC(2026, 0, 5, 12);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/**
 * Time in a test. Two clocks as on a real computer: the wall clock, which may be set, and the one timers
 * go by, which stands still while the computer sleeps.
 */
export interface FakeTime {
  clock: Clock;
  timers: Timers;
  now(): number;
  /** The time at Twitch: nobody sets that clock, and it goes on while the computer sleeps. */
  elsewhere(): number;
  /** Lets what is under way go as far as it can without time passing. */
  settle(): Promise<void>;
  /** Lets time pass, running each timer at its moment. */
  pass(ms: number): Promise<void>;
  /** Somebody sets the clock, forward or back; no timer notices. */
  setClockBy(ms: number): void;
  /** The computer sleeps: the wall clock goes on, timers don't. */
  sleep(ms: number): void;
  running(): number;
}

/** The computer has been on for a while when a test begins. */
const UPTIME = 5 * HOUR;

interface Timer {
  due: number;
  run: () => void;
}

/** Microtasks and then some: everything that waits for no timer is done after it. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export function createFakeTime(): FakeTime {
  let wall = START;
  let truth = START;
  let ticks = 0;
  const waiting = new Set<Timer>();
  const next = (until: number): Timer | undefined =>
    [...waiting].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0];
  const move = (to: number): void => {
    wall += to - ticks;
    truth += to - ticks;
    ticks = to;
  };

  return {
    clock: { now: () => wall, monotonic: () => truth - START + UPTIME },
    timers: {
      after(ms, run) {
        if (!(ms >= 0)) throw new Error(`a timer for ${ms} ms`);
        const timer = { due: ticks + ms, run };
        waiting.add(timer);
        return () => void waiting.delete(timer);
      },
    },
    now: () => wall,
    elsewhere: () => truth,
    settle,
    async pass(ms) {
      const until = ticks + ms;
      await settle();
      for (let timer = next(until); timer; timer = next(until)) {
        waiting.delete(timer);
        move(Math.max(timer.due, ticks));
        timer.run();
        await settle();
      }
      move(until);
    },
    setClockBy(ms) {
      wall += ms;
    },
    sleep(ms) {
      wall += ms;
      truth += ms;
    },
    running: () => waiting.size,
  };
}

/** The computer's own clock, which can be moved on. */
export interface MovableClock extends Clock {
  pass(ms: number): void;
}

export function createMovableClock(): MovableClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    monotonic: () => performance.now() + ahead,
    pass(ms) {
      ahead += ms;
    },
  };
}
