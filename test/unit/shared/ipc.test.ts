import { expect, test } from 'vitest';
import { CALLS } from '../../../shared/ipc.ts';

test('each call belongs to one window only', () => {
  const names = Object.values(CALLS).flat();
  expect(names.length).toBeGreaterThan(30);
  expect(new Set(names).size).toBe(names.length);
});
