import { expect, test } from 'vitest';
import { CALLS, EVERY_CALL_IS_LISTED } from '../../../shared/ipc.ts';

test('every call is listed, and each belongs to one window only', () => {
  const names = Object.values(CALLS).flat();
  expect(EVERY_CALL_IS_LISTED).toBe(true);
  expect(new Set(names).size).toBe(names.length);
});
