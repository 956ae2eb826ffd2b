// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { approval, appWant, jobApproval, longApproval } from '../prompt-view-fixture.ts';
import { showApproval } from '../show-window.tsx';

const START = Date.UTC(2026, 10, 22, 12);
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

describe('what a yes gives', () => {
  it('wants a tick before a lasting yes to what is dangerous, and says what that is above all else', async () => {
    const api = await showApproval(approval(START, { answerable: 'all' }));
    const danger = screen.getByRole('region', { name: 'Danger' });
    expect(danger.textContent).toContain('1 of the 4 things a yes gives is dangerous');
    expect(danger.textContent).toContain('luna_streams: Ban, time out and unban people');
    expect([button('Always allow').disabled, button('Allow once').disabled]).toEqual([true, false]);
    await act(async () => void fireEvent.click(screen.getByRole('checkbox', { name: 'I understand' })));
    await act(async () => void fireEvent.click(button('Always allow')));
    expect(api.calls).toContainEqual({
      name: 'approval.decide',
      arg: { id: 'a1', digest: 'digest-of-a1', decision: 'always', understood: true },
    });
  });

  it('wants the tick for the application’s own token, too, which has no scopes', async () => {
    await showApproval(approval(START, { answerable: 'all', wants: [appWant()] }));
    const danger = screen.getByRole('region', { name: 'Danger' }).textContent ?? '';
    expect(danger).toContain('1 of the 3 things a yes gives is dangerous');
    expect(danger).toContain('The Twitch application’s own token: Chat as any account that allowed');
    expect([button('Always allow').disabled, button('Allow once').disabled]).toEqual([true, false]);
    await act(async () => void fireEvent.click(screen.getByRole('checkbox', { name: 'I understand' })));
    expect(button('Always allow').disabled).toBe(false);
  });

  it('names the worst first, counts the rest, and follows the account that is chosen', async () => {
    await showApproval({ ...longApproval(START), answerable: 'all' });
    expect(screen.getByRole('region', { name: 'Danger' }).textContent).toMatch(
      /The account you choose:.*told below/,
    );
    await act(async () => void fireEvent.click(screen.getByRole('radio', { name: 'luna_streams' })));
    const danger = screen.getByRole('region', { name: 'Danger' }).textContent ?? '';
    expect(danger).toMatch(
      /luna_streams: Read your secret stream key and so stream as you · Make people moderators/,
    );
    expect(danger).toMatch(/and \d+ more, told below$/);
  });

  it('shows all that the token can do, though less was asked for, and marks what was', async () => {
    await showApproval(approval(START));
    screen.getByText(/^4 things, of which the bot asked for 3\. Twitch has no smaller token/);
    screen.getByText('Start, end and read polls');
    expect(screen.getAllByText('asked for')).toHaveLength(2);
    screen.getByText('asked for; Twitch will ask you');
  });

  it('counts made-up scopes, so that none can hide what is known to be dangerous', async () => {
    const [want] = approval(START).wants;
    if (want === undefined) throw new Error('no want');
    const scopes = Array.from({ length: 9 }, (_, index) => `${'read:only:'.repeat(9)}${index}`);
    await showApproval(approval(START, { wants: [{ ...want, scopes, granted: ['channel:manage:raids'] }] }));
    const danger = screen.getByRole('region', { name: 'Danger' }).textContent ?? '';
    expect(danger).toContain('luna_streams: Start a raid or call it off · 9 things Castkey doesn’t know');
    expect(danger).not.toContain('read:only');
  });

  it('says the most it may be while she has not chosen, and who else has the job', async () => {
    const [want] = jobApproval(START).wants;
    if (want === undefined) throw new Error('no want');
    await showApproval(
      approval(START, { answerable: 'all', wants: [{ ...want, scopes: [], otherBots: ['points-bot'] }] }),
    );
    expect(screen.getAllByRole<HTMLInputElement>('radio').every(({ checked }) => !checked)).toBe(true);
    expect(screen.getByRole('region', { name: 'Danger' }).textContent).toMatch(
      /^2 of the 3 .*The account you choose: Read your secret stream key/,
    );
    expect(button('Always allow').disabled).toBe(true);
    screen.getByText(/^This job is allowed to points-bot already/);
    screen.getByRole('heading', { name: /^The token of the account you choose can at most/ });
  });
});
