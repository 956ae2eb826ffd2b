import { describe, expect, it } from 'vitest';
import {
  agoWords,
  dayWords,
  durationWords,
  lifeLeft,
  momentWords,
  timeLeftWords,
  timeOfDay,
} from '../../../../renderer/format/time-words.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 22, 12);

describe('time in words', () => {
  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [900, '1 s'],
    [59_400, '60 s'],
    [MINUTE, '1 min'],
    [3 * HOUR + 12 * MINUTE, '3 h 12 min'],
    [4 * HOUR, '4 h'],
    [50 * HOUR, '2 days 2 h'],
  ])('says %i ms as %s', (ms, words) => expect(durationWords(ms)).toBe(words));

  it('tells how long a token is good', () => {
    expect(timeLeftWords(null, NOW)).toBe('never expires');
    expect(timeLeftWords(NOW, NOW)).toBe('expired');
    expect(timeLeftWords(NOW + 3 * HOUR, NOW)).toBe('3 h left');
  });

  it('has one clock, as the main process writes it', () => {
    const morning = new Date(2026, 10, 29, 8, 1).getTime();
    expect(timeOfDay(morning)).toBe('08:01');
    expect(momentWords(new Date(2026, 10, 29, 20, 1).getTime())).toBe('29 Nov 2026, 20:01');
    expect(timeOfDay(new Date(2026, 10, 29, 0, 5).getTime())).toBe('00:05');
  });

  it('keeps the bar between empty and full, whatever the clock does', () => {
    expect(lifeLeft(NOW - HOUR, NOW + HOUR, NOW)).toBe(50);
    expect(lifeLeft(NOW, NOW - HOUR, NOW)).toBe(0);
    expect(lifeLeft(NOW + 9 * HOUR, NOW + 10 * HOUR, NOW)).toBe(100);
    expect(lifeLeft(NOW, null, NOW)).toBe(100);
  });

  it('tells what is past', () => {
    expect(agoWords(NOW - 2000, NOW)).toBe('just now');
    expect(agoWords(NOW - 5 * MINUTE, NOW)).toBe('5 min ago');
    expect(agoWords(NOW - 26 * HOUR, NOW)).toBe('1 day ago');
    expect(dayWords(NOW, NOW)).toBe('Today');
    expect(dayWords(NOW - 24 * HOUR, NOW)).toBe('Yesterday');
  });
});
