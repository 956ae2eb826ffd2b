import { expect, it, onTestFinished } from 'vitest';
import { openLoadFixture } from './load-fixture.ts';
import { runLoad } from './run-load.ts';

it('128 connections of bots of two applications get right answers, all of them, and hear of changes', {
  timeout: 60_000,
}, async () => {
  const { path, bots, changeIntents, close } = await openLoadFixture(8);
  onTestFinished(close);
  let changed: Promise<void> | null = null;
  const goesOn = (round: number): boolean => {
    if (round === 10) changed ??= changeIntents();
    return round < 40;
  };
  const { requests, errors, events, problems } = await runLoad({ path, bots, connections: 128, goesOn });
  await changed;
  expect([errors, problems]).toEqual([0, []]);
  expect(requests).toBe(128 * 41);
  expect(events).toBeGreaterThan(0);
});
