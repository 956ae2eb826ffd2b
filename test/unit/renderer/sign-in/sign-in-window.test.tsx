// @vitest-environment jsdom
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { SignInView } from '../../../../shared/prompt-views.ts';
import { signIn } from '../prompt-view-fixture.ts';
import { axeProblems, showSignIn } from '../show-window.tsx';

const now = Date.now();
const names = () => screen.getAllByRole('button').map((button) => button.textContent);
const click = (name: string) => userEvent.click(screen.getByRole('button', { name }));

describe('the sign-in window', () => {
  it.each([
    ['browser', 'Open my browser', 'Sign in here'],
    ['here', 'Sign in here', 'Open my browser'],
  ] as const)('puts the better way first: %s', async (primary, first, second) => {
    await showSignIn(signIn(now, { primary, grantedScopes: [] }));
    expect(names()).toEqual(['Copy code', first, second, 'Copy link', 'Cancel']);
  });

  it('makes the calls of its buttons', async () => {
    const api = await showSignIn(signIn(now));
    for (const name of ['Sign in here', 'Open my browser', 'Copy link', 'Copy code', 'Cancel'])
      await click(name);
    const arg = { id: 's1' };
    expect(api.calls).toEqual([
      { name: 'signIn.here', arg },
      { name: 'signIn.browser', arg },
      { name: 'signIn.copyLink', arg },
      { name: 'signIn.copyCode', arg },
      { name: 'signIn.cancel', arg },
    ]);
    expect(screen.getAllByText('Copied')).toHaveLength(2);
  });

  it('shows who asks, who is expected, new scopes and those it keeps', async () => {
    await showSignIn(signIn(now));
    screen.getByRole('heading', { level: 1, name: 'Sign in as luna_streams' });
    screen.getByText('chat-helper waits for it.');
    screen.getByText('Make people VIPs and take that away');
    await click('What it has already, and keeps (2)');
    screen.getByText('Read chat');
    screen.getByText('ABCD');
    screen.getByText('www.twitch.tv/activate');
  });

  it('leaves a narrow strip beside Twitch’s own page, with a way back', async () => {
    const api = await showSignIn(signIn(now, { stage: 'here' }));
    expect(names()).toEqual(['Back', 'Copy link', 'Cancel']);
    await click('Back');
    await userEvent.keyboard('{Escape}');
    expect(api.calls).toEqual([{ name: 'signIn.back', arg: { id: 's1' } }]);
  });

  it('cancels on Escape', async () => {
    const api = await showSignIn(signIn(now));
    await userEvent.keyboard('{Escape}');
    expect(api.calls).toEqual([{ name: 'signIn.cancel', arg: { id: 's1' } }]);
  });

  it('says what went wrong and lets her try again, with the focus on that', async () => {
    const problem = 'max signed in, but it had to be luna_streams. Nothing was changed.';
    const api = await showSignIn(
      signIn(now, { stage: 'failed', userCode: null, grantedScopes: [], problem }),
    );
    expect(screen.getByRole('alert').textContent).toContain(problem);
    expect(names()).toEqual(['Try again', 'Cancel']);
    expect(document.activeElement?.textContent).toBe('Try again');
    for (const name of ['Try again', 'Cancel']) await click(name);
    expect(api.calls.map(({ name }) => name)).toEqual(['signIn.again', 'signIn.cancel']);
  });

  it.each(['choose', 'here', 'browser'] satisfies SignInView['stage'][])(
    'says that the bot stopped waiting, and that she may finish anyway, in stage %s',
    async (stage) => {
      const api = await showSignIn(
        signIn(now, { stage, bots: [], stopped: ['chat-helper'], abandoned: true }),
      );
      expect(
        screen
          .getAllByRole('status')
          .map(({ textContent }) => textContent)
          .join(),
      ).toContain('chat-helper stopped waiting.');
      await click('Finish anyway');
      expect(api.calls).toEqual([{ name: 'signIn.goOn', arg: { id: 's1' } }]);
      act(() => api.push(signIn(now, { stage, bots: [], stopped: ['chat-helper'] })));
      expect(names()).not.toContain('Finish anyway');
    },
  );

  it('opens no way that leads nowhere yet', async () => {
    const closed = () =>
      ['Sign in here', 'Open my browser', 'Copy link'].map(
        (name) => screen.getByRole<HTMLButtonElement>('button', { name }).disabled,
      );
    const api = await showSignIn(signIn(now, { userCode: null, pageReady: false }));
    expect(closed()).toEqual([true, true, true]);
    screen.getByText('Asking Twitch for a code…');
    act(() => api.push(signIn(now, { userCode: null, pageReady: true })));
    expect(closed()).toEqual([false, true, true]);
    act(() => api.push(signIn(now)));
    expect(closed()).toEqual([false, false, false]);
  });

  it('counts down what is left of the code, whoever waits how long', async () => {
    await showSignIn(signIn(now, { codeExpiresAt: Date.now() + 29 * 60_000 + 500 }));
    screen.getByText('Good for 29 min');
  });

  it('tells of a call that failed above the question, so that no button moves', async () => {
    const api = await showSignIn(signIn(now));
    api.refuse('signIn.here', 'Twitch has given no code yet.');
    await click('Sign in here');
    const told = await screen.findByRole('alert');
    const main = screen.getByRole('main');
    expect(told.compareDocumentPosition(main) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  });

  it.each(['choose', 'here', 'browser'] satisfies SignInView['stage'][])(
    'tells of trouble while it goes on, in stage %s',
    async (stage) => {
      const problem = 'Twitch can’t be reached at the moment.';
      await showSignIn(signIn(now, { stage, problem }));
      const told = screen.getAllByRole('status').map(({ textContent }) => textContent);
      expect(told.join(' ')).toContain(problem);
    },
  );

  it.each(['choose', 'here', 'browser', 'checking', 'failed'] satisfies SignInView['stage'][])(
    'is accessible in stage %s',
    async (stage) => {
      await showSignIn(signIn(now, { stage }));
      expect(await axeProblems()).toEqual([]);
    },
  );
});

describe('the question about somebody new', () => {
  const person = {
    userId: '1017',
    login: 'somebody_else',
    scopes: ['chat:read', 'chat:edit'],
    keepAt: 0,
    expiresAt: now + 60_000,
  };
  const asked = (over: Partial<typeof person> = {}) =>
    signIn(now, { stage: 'confirm', expected: null, person: { ...person, ...over } });

  it('names the person as Twitch does, and what would be kept', async () => {
    await showSignIn(asked());
    screen.getByRole('heading', { level: 1, name: 'Is this you?' });
    screen.getByText('somebody_else');
    screen.getByText(/user ID 1017/);
    screen.getByText('Read chat');
    expect(names()).toEqual(['Not me', 'Keep']);
    expect(document.activeElement?.textContent).not.toBe('Keep');
    expect(await axeProblems()).toEqual([]);
  });

  it('takes a no at once, and a yes only after it has been seen for a while', async () => {
    const api = await showSignIn(asked());
    const keep = screen.getByRole('button', { name: 'Keep' });
    expect(keep).toHaveProperty('disabled', true);
    await vi.waitFor(() => expect(keep).toHaveProperty('disabled', false), { timeout: 4_000 });
    await click('Keep');
    expect(api.calls).toEqual([{ name: 'signIn.keep', arg: { id: 's1', userId: '1017' } }]);
  });

  it.each([
    ['Not me', 'signIn.notMe'],
    ['Escape', 'signIn.cancel'],
  ])('%s', async (way, call) => {
    const api = await showSignIn(asked());
    await (way === 'Escape' ? userEvent.keyboard('{Escape}') : click(way));
    expect(api.calls).toEqual([{ name: call, arg: { id: 's1' } }]);
  });

  it('counts frames, so that a window hidden in between is read anew', async () => {
    let draw: FrameRequestCallback = () => undefined;
    const frames = vi.spyOn(globalThis, 'requestAnimationFrame').mockImplementation((next) => {
      draw = next;
      return 1;
    });
    await showSignIn(asked());
    const drawnAt = (...times: number[]) => act(async () => times.forEach((time) => void draw(time)));
    const keep = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Keep' }).disabled;
    await drawnAt(0, 700, 1_400, 4_000, 4_700, 5_400);
    expect(keep()).toBe(true);
    await drawnAt(5_500);
    expect(keep()).toBe(false);
    frames.mockRestore();
  });

  it('is not answered before core would take the answer', async () => {
    await showSignIn(asked({ keepAt: now + 60_000 }));
    expect(screen.getByRole('button', { name: 'Keep' })).toHaveProperty('disabled', true);
  });
});
