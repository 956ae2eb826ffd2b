import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type StandstillWatch, watchStandstill } from '../../../../../electron/adapters/socket/standstill.ts';

describe('a process that stands still', () => {
  let now = 0;
  let watch: StandstillWatch;
  beforeEach(() => {
    vi.useFakeTimers();
    now = 0;
    watch = watchStandstill(() => now);
  });
  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left -= 10) {
      now += 10;
      vi.advanceTimersByTime(10);
    }
  };
  /** Time goes on, and nothing else. */
  const stand = (ms: number): void => {
    now += ms;
  };

  it('is not late as long as it goes on', () => {
    for (let turn = 0; turn < 100; turn += 1) {
      pass(70);
      expect(watch.isLate()).toBe(false);
    }
  });

  it('is late when it looks before its timers, and when it looks after them, for a while', () => {
    pass(1000);
    stand(700);
    expect(watch.isLate()).toBe(true);
    pass(250);
    expect(watch.isLate()).toBe(true);
    pass(250);
    expect(watch.isLate()).toBe(false);
  });

  it('is late after half a second, wherever it began', () => {
    pass(1000);
    stand(501);
    expect(watch.isLate()).toBe(true);
    pass(1000);
    stand(240);
    expect(watch.isLate()).toBe(false);
  });
});
