// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimeLeft } from '../../../../renderer/main/accounts/account-summary.tsx';

const START = Date.UTC(2026, 10, 22, 12);
const token = (ms: number) => ({ obtainedAt: START, expiresAt: START + ms, state: 'ok' as const });
const pass = (ms: number) => act(async () => vi.advanceTimersByTime(ms));

/** The page is hidden or seen again, as the browser says it. */
async function hide(hidden: boolean): Promise<void> {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  await act(async () => void document.dispatchEvent(new Event('visibilitychange')));
}

describe('the clock of a page', () => {
  beforeEach(() => void vi.useFakeTimers({ now: START }));
  afterEach(() => {
    cleanup();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('runs on one timer for all accounts, and none without them', async () => {
    const { unmount } = render(
      [1, 2, 3].map((minutes) => <TimeLeft key={minutes} login={token(minutes * 60_000)} />),
    );
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts down by the second at the end, and then says expired', async () => {
    render(<TimeLeft login={token(30_000)} />);
    await pass(10_000);
    screen.getByText('20 s left');
    await pass(20_000);
    screen.getByText('expired');
  });

  it('rests while the page is hidden and is right at once afterwards', async () => {
    render(<TimeLeft login={token(3_600_000)} />);
    await hide(true);
    expect(vi.getTimerCount()).toBe(0);
    vi.setSystemTime(START + 1_800_000);
    screen.getByText('1 h left');
    await hide(false);
    screen.getByText('30 min left');
  });
});
