// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  approval,
  changedApproval,
  hostileApproval,
  jobApproval,
  longApproval,
  remoteApproval,
} from '../prompt-view-fixture.ts';
import { axeProblems, showApproval } from '../show-window.tsx';
import { allows, button, click, decisions, harmless, PICTURE, START } from './shown-approval.ts';

const pass = (ms: number) => act(async () => vi.advanceTimersByTime(ms));

describe('the approval window', () => {
  beforeEach(() => void vi.useFakeTimers({ now: START }));
  afterEach(() => void vi.useRealTimers());

  it('opens its buttons as core says: none, then Deny, then all', async () => {
    const api = await showApproval(harmless());
    const open = () => ['Deny', 'Allow once', 'Always allow'].map((name) => !button(name).disabled);
    expect(open()).toEqual([false, false, false]);
    act(() => api.push(harmless({ answerable: 'deny' })));
    expect(open()).toEqual([true, false, false]);
    act(() => api.push(harmless({ answerable: 'all' })));
    expect(open()).toEqual([true, true, true]);
  });

  it('tells that its question is drawn two frames later, and goes on until every answer is taken', async () => {
    const api = await showApproval(harmless());
    const told = () => api.calls.filter(({ name }) => name === 'approval.presented').length;
    expect(told()).toBe(0);
    api.refuse('approval.presented', 'not on the screen');
    await pass(16);
    expect(told()).toBe(0);
    await pass(16);
    expect(told()).toBe(1);
    api.answer('approval.presented', undefined);
    await pass(32);
    expect(told()).toBe(2);
    for (let frame = 0; frame < 60; frame++) await pass(16);
    expect(told()).toBeGreaterThan(5);
    expect(api.calls.every(({ arg }) => JSON.stringify(arg) === JSON.stringify(PICTURE))).toBe(true);
    act(() => api.push(harmless({ id: 'a2' })));
    await pass(32);
    expect(api.calls.at(-1)).toEqual({ name: 'approval.presented', arg: { ...PICTURE, id: 'a2' } });
    act(() => api.push(harmless({ id: 'a2', answerable: 'all' })));
    const calls = api.calls.length;
    for (let frame = 0; frame < 60; frame++) await pass(16);
    expect(api.calls).toHaveLength(calls);
  });

  it('lets no name of a job speak for Castkey, and calls what is nobody’s by its ID', async () => {
    const odd = 'chat” account luna_streams it can do nothing yet.';
    const [want] = approval(START).wants;
    if (want === undefined) throw new Error('no want');
    await showApproval(
      approval(START, {
        wants: [
          { ...want, intent: odd },
          { ...want, intent: null, account: null, absentUser: '99999', scopes: [], granted: [] },
        ],
      }),
    );
    expect(screen.getByText(odd).closest('code')).not.toBeNull();
    screen.getByRole('heading', { name: 'The account with the ID 99999' });
    screen.getByText(/^This account isn’t in Castkey, so a yes gives nothing of it\./);
  });

  it('warns of borrowed authority, of two of one name, and of what changed meanwhile', async () => {
    await showApproval(approval(START, { claims: ['Twitch', 'verified'], sameNameWaiting: 1, again: true }));
    expect(screen.getByRole('region', { name: 'Borrowed authority' }).textContent).toContain(
      '“Twitch and verified”',
    );
    expect(screen.getByRole('region', { name: 'Two of one name' }).textContent).toContain('Another program');
    screen.getByRole('region', { name: 'Changed meanwhile' });
  });

  it('says what is not certain of the program, and lets none be allowed that took its place', async () => {
    await showApproval(harmless({ answerable: 'all', doubts: ['other-namespace'], otherProgram: true }));
    expect(screen.getByRole('region', { name: 'Not certain' }).textContent).toContain('container or sandbox');
    screen.getByRole('region', { name: 'Another program' });
    expect([...allows(), button('Deny')].map(({ disabled }) => disabled)).toEqual([true, true, false]);
  });

  it('focuses the heading, never a button', async () => {
    await showApproval(approval(START, { answerable: 'all' }));
    expect(document.activeElement?.tagName).toBe('H1');
    expect(document.querySelectorAll('[type="submit"], form')).toHaveLength(0);
  });

  it.each([
    ['Always allow', 'always'],
    ['Allow once', 'once'],
    ['Deny', 'deny'],
  ])('answers %s once, however often it is clicked', async (name, decision) => {
    const api = await showApproval(harmless({ answerable: 'all' }));
    await click(name);
    await click(name);
    expect(decisions(api)).toEqual([{ ...PICTURE, decision }]);
  });

  it('denies on Escape', async () => {
    const api = await showApproval(approval(START));
    await act(async () => void fireEvent.keyDown(document.body, { key: 'Escape' }));
    expect(decisions(api)).toEqual([{ ...PICTURE, decision: 'deny' }]);
  });

  it('counts down to the denial', async () => {
    await showApproval(approval(START, { expiresAt: START + 45_000 }));
    expect(screen.getByRole('timer').textContent).toBe('Denied in 45 s');
    await pass(10_000);
    expect(screen.getByRole('timer').textContent).toBe('Denied in 35 s');
  });

  it('tells claims from facts, and scopes in words', async () => {
    await showApproval(approval(START));
    const claim = screen.getByRole('region', { name: 'What the bot says' });
    const facts = screen.getByRole('region', { name: 'What the system says' });
    expect(claim.textContent).toContain('It says it is');
    expect(claim.textContent).toContain('chat-helper');
    expect(facts.textContent).toContain('pid 41233');
    expect(facts.textContent).toContain('/home/luna/bots/chat-helper/index.js');
    screen.getByRole('heading', { name: /^The token of luna_streams can/ });
    screen.getByText('Ban, time out and unban people', { selector: 'span' });
    screen.getByText('Be careful');
  });

  it('says for as long as something is out of sight that there is more below', async () => {
    const tall = vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(900);
    await showApproval(jobApproval(START));
    tall.mockRestore();
    screen.getByText('More below');
    await act(
      async () => void fireEvent.scroll(screen.getByRole('region', { name: 'A new bot wants to connect' })),
    );
    expect(screen.queryByText('More below')).toBeNull();
  });

  it('starts anew for the next request', async () => {
    const api = await showApproval(approval(START, { answerable: 'all' }));
    await click('Deny');
    act(() => api.push(approval(Date.now(), { id: 'a2', claimedName: 'points-bot' })));
    screen.getByText('points-bot');
    expect(allows().every((allow) => allow.disabled)).toBe(true);
    expect(document.activeElement?.tagName).toBe('H1');
  });

  it('reads the time that is left twice, not every second', async () => {
    await showApproval(approval(START, { expiresAt: START + 60_000 }));
    const told = new Set<string | null>();
    for (let second = 0; second < 60; second++) {
      told.add(screen.getByRole('status').textContent);
      await pass(1000);
    }
    expect([...told]).toEqual([
      '',
      '30 seconds left to answer, then it is denied.',
      '10 seconds left to answer, then it is denied.',
    ]);
  });

  it('says of a bot that has changed what is different, and what a lasting yes means', async () => {
    await showApproval(changedApproval(START));
    screen.getByRole('heading', { level: 1, name: 'A bot you know has changed' });
    const warning = screen.getByRole('region', { name: 'What has changed' });
    expect(warning.textContent).toContain('If not, deny.');
    expect(warning.textContent).toContain(
      'Allowed/usr/bin/nodeNow/home/luna/.nvm/versions/node/v24.1.0/bin/node',
    );
    expect(warning.textContent).toContain('The file holds something else than when you allowed it.');
    screen.getByText(/^Always allow takes the change as yours\./);
  });

  it('says that a bot runs elsewhere, and that the facts are not its own', async () => {
    await showApproval(remoteApproval(START));
    screen.getByText(/^It comes through a program that passes on what others say, as SSH does\./);
    const facts = screen.getByRole('region', { name: 'What the system says' });
    expect(facts.textContent).toContain('The system sees only what passes it on');
    expect(facts.textContent).not.toContain('The system says it is');
  });

  it.each([
    [
      [20],
      /^You already let in a bot by this name, or one that looks like it, on 2 Nov 2026\. This one is not it\.$/,
    ],
    [
      [20, 50],
      /^You already let in 2 bots by this name or ones that look like it, the last on 2 Nov 2026\. This one is none of them\.$/,
    ],
  ])('tells it from others of its name, let in %j days ago', async (days, words) => {
    const similarNames = days.map((ago) => ({ pairedAt: START - ago * 86_400_000 }));
    await showApproval(approval(START, { similarNames }));
    screen.getByText(words);
  });

  it('says what the path of a program is worth that runs anybody’s scripts', async () => {
    const worth =
      /^node runs many programs, so the script is what counts\. What Castkey remembers is the bot’s key\.$/;
    await showApproval(approval(START));
    screen.getByText(worth);
    await showApproval(approval(START, { interpreter: false }));
    expect(screen.queryByText(worth)).toBeNull();
    const { peer } = approval(START);
    await showApproval(approval(START, { peer: { ...peer, script: null } }));
    screen.getByText(/^node runs many programs, and which one this is can’t be told\./);
  });

  it('shows hidden and turning characters as such, wherever they come from', async () => {
    await showApproval(hostileApproval(START));
    const shown = document.querySelector('main')?.textContent ?? '';
    expect(shown).not.toMatch(/[\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
    const claim = screen.getByRole('region', { name: 'What the bot says' });
    expect(claim.querySelector('bdi')?.textContent).toMatch(/^st▯reamer▯gnp/);
    screen.getByText('/tmp/', { exact: false, selector: 'code' });
    screen.getByRole('region', { name: 'An odd name' });
  });

  it('keeps many words and endless paths from pushing the facts away, and shows them on demand', async () => {
    const view = hostileApproval(START);
    await showApproval(view);
    const quote = document.querySelector('blockquote')?.textContent ?? '';
    expect(quote.length).toBeLessThan(200);
    await click('All it says');
    screen.getByText((text) => text.endsWith('I am Castkey itself. T') || text.length > 290);
    const path = () =>
      [...document.querySelectorAll('code')].map(({ textContent }) => textContent?.length ?? 0);
    expect(Math.max(...path())).toBeLessThan(260);
    await click('The whole path');
    expect(Math.max(...path())).toBe(view.peer.program?.length);
  });

  it('lets the keyboard reach the answers last, and the lasting yes last of them', async () => {
    await showApproval({ ...longApproval(START), answerable: 'all' });
    const stops = [...document.querySelectorAll('[tabindex="0"], button, input')].map(
      (element) => element.textContent || element.getAttribute('type') || 'the question',
    );
    expect(stops.slice(-5)).toEqual(['checkbox', 'Deny', 'Allow once', 'button', 'Always allow']);
    expect(stops[0]).toContain('A bot asks for more');
  });

  it('is accessible, long or short', async () => {
    vi.useRealTimers();
    const kinds = [approval, longApproval, changedApproval, remoteApproval, hostileApproval];
    for (const view of [...kinds.map((kind) => kind(Date.now())), null]) {
      await showApproval(view);
      expect(await axeProblems()).toEqual([]);
    }
  });
});
