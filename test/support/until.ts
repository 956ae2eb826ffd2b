import { expect, vi } from 'vitest';

/** Waits until something is so; `expect.poll` does not work in tests that run side by side. */
export async function until(so: () => unknown, timeout = 20_000): Promise<void> {
  const check = async (): Promise<void> => expect(await so()).toBeTruthy();
  await vi.waitFor(check, { timeout, interval: 20 });
}
