// @vitest-environment jsdom
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ActivityView } from '../../../../../shared/views.ts';
import { axeProblems, showMain } from '../../show-window.tsx';
import { peer, vault } from '../../vault-view-fixture.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const typed = () => act(async () => vi.advanceTimersByTime(250));
const click = (name: string) => act(async () => void fireEvent.click(screen.getByRole('button', { name })));
const change = (field: HTMLElement, value: string) =>
  act(async () => void fireEvent.change(field, { target: { value } }));
// Not by role: that is slow among hundreds.
const entries = () => [...document.querySelectorAll<HTMLElement>('main li')];
const texts = () => entries().map((entry) => entry.querySelector('p')?.textContent);

function entry(id: number, over: Partial<ActivityView> = {}): ActivityView {
  return {
    ...{ id, at: NOW - (1000 - id) * 1000, kind: 'token.served', text: `entry ${id}`, ok: true },
    ...{ bot: 'chat-helper', login: 'luna_streams', scopes: [], peer: null, ...over },
  };
}

async function showActivity(activity: ActivityView[], record: (arg: { before?: number }) => ActivityView[]) {
  const api = await showMain(vault(NOW, { activity }));
  api.answerWith('activity.search', record as (arg: unknown) => unknown);
  await click('Activity');
  await typed();
  return api;
}
const searches = (api: { calls: { name: string; arg: unknown }[] }) =>
  api.calls.filter(({ name }) => name === 'activity.search').map(({ arg }) => arg);

describe('the activity page', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  it('finds in the whole record what the window was never told, each once and newest first', async () => {
    const old = entry(3, { text: 'Somebody got in.' });
    const api = await showActivity([entry(900, { text: 'Somebody asked.' }), entry(899)], ({ before }) =>
      before === undefined ? [entry(900, { text: 'Somebody asked.' }), old] : [],
    );
    await change(screen.getByRole('textbox', { name: 'Search what happened' }), 'somebody');
    await typed();
    expect(texts()).toEqual(['Somebody asked.', 'Somebody got in.']);
    expect(searches(api).at(-1)).toEqual({ text: 'somebody' });
  });

  it('asks once when typing has stopped, and drops the answer to what is no longer asked', async () => {
    let late: (value: unknown) => void = () => undefined;
    const api = await showActivity([entry(900)], () => []);
    api.answerWith('activity.search', () => new Promise((resolve) => (late = resolve)));
    const field = screen.getByRole('textbox', { name: 'Search what happened' });
    for (const text of ['a', 'ab', 'abc']) {
      await change(field, text);
      await act(async () => vi.advanceTimersByTime(100));
    }
    await typed();
    expect(searches(api).slice(1)).toEqual([{ text: 'abc' }]);
    api.answer('activity.search', [entry(4, { text: 'xyz' })]);
    await change(field, 'x');
    await typed();
    await act(async () => late([entry(5, { text: 'abc' })]));
    expect(texts()).toEqual(['xyz']);
    api.answer('activity.search', []);
    await change(field, 'nothing');
    await typed();
    screen.getByText('Nothing found. Try another word, or fewer filters.');
  });

  it('goes on by pages, from the oldest entry it has', async () => {
    const page = (from: number) => Array.from({ length: 500 }, (_, place) => entry(from - place));
    const api = await showActivity([entry(1000)], ({ before }) =>
      before === undefined ? page(1000) : before === 501 ? page(500).slice(0, 20) : [],
    );
    expect(entries()).toHaveLength(150);
    for (let more = 0; more < 3; more++)
      await act(async () => void fireEvent.click(screen.getByText('Show older ones')));
    expect(entries()).toHaveLength(520);
    expect(screen.queryByText('Show older ones')).toBeNull();
    expect(searches(api)).toEqual([{ text: '' }, { text: '', before: 501 }]);
  });

  it('looks on in the record until enough entries pass a filter the record does not know', async () => {
    const page = (from: number) => Array.from({ length: 500 }, (_, place) => entry(from - place));
    const bad = entry(20, { ok: false, text: 'Long ago something failed.' });
    const api = await showActivity([entry(1000)], ({ before }) =>
      before === undefined ? page(1000) : before === 501 ? [bad] : [],
    );
    await act(async () => void fireEvent.click(screen.getByRole('checkbox', { name: 'Problems only' })));
    await typed();
    expect(texts()).toEqual(['Problem: Long ago something failed.']);
    expect(searches(api).slice(-2)).toEqual([{ text: '' }, { text: '', before: 501 }]);
  });

  it('filters by bot, account and kind, those that are gone included, and forgets it all at once', async () => {
    const all = [
      entry(900),
      entry(899, { bot: 'gone-bot', login: 'modmax' }),
      entry(898, { bot: 'gone-bot', kind: 'account.signed-in' }),
    ];
    const api = await showActivity(all, () => all);
    const select = (name: string, value: string) => change(screen.getByRole('combobox', { name }), value);
    await select('Bot', 'gone-bot');
    await typed();
    expect(texts()).toEqual(['entry 899', 'entry 898']);
    expect(searches(api).at(-1)).toEqual({ text: 'gone-bot' });
    await select('Account', 'luna_streams');
    expect(texts()).toEqual(['entry 898']);
    await select('Kind', 'tokens');
    await typed();
    expect(texts()).toEqual([]);
    await click('Show everything');
    expect(texts()).toHaveLength(3);
  });

  it('shows what happens meanwhile without being asked', async () => {
    const api = await showActivity([entry(900)], () => [entry(900)]);
    await act(async () => api.push(vault(NOW, { seq: 2, activity: [entry(901), entry(900)] })));
    expect(texts()).toEqual(['entry 901', 'entry 900']);
  });

  it('says when the record can’t be searched, and still shows what it has', async () => {
    const api = await showActivity([entry(900)], () => []);
    api.refuse('activity.search', 'The record can’t be read.');
    await change(screen.getByRole('textbox', { name: 'Search what happened' }), 'entry');
    await typed();
    expect(screen.getByRole('alert').textContent).toContain('The record can’t be read.');
    expect(texts()).toEqual(['entry 900']);
  });

  it('opens an entry to who asked, proved or not, and what for', async () => {
    const proved = entry(900, { peer: peer(), scopes: ['chat:read'] });
    const stranger = entry(899, {
      ...{ ok: false, kind: 'approval', bot: null, scopes: [] },
      peer: peer({
        claimed: 'chat-\u202ehelper',
        proved: false,
        program: null,
        script: null,
        uid: null,
        pid: null,
        doubts: ['elsewhere'],
      }),
    });
    await showActivity([proved, stranger], () => []);
    const [first, second] = entries().map((item) => within(item));
    expect(first?.queryByText('Stranger')).toBeNull();
    await act(
      async () => void fireEvent.click(first?.getByRole('button', { name: 'Who asked' }) as HTMLElement),
    );
    first?.getByText('chat-helper, proved by its key');
    first?.getByText('pid 41233, of the system’s user 1000');
    expect(first?.getByText('Script').nextElementSibling?.textContent).toBe(
      '/home/luna/bots/chat-helper/index.js',
    );
    first?.getByText('Only looks');
    expect(first?.queryByText('Not certain')).toBeNull();
    second?.getByText('Stranger');
    await act(
      async () => void fireEvent.click(second?.getByRole('button', { name: 'Who asked' }) as HTMLElement),
    );
    second?.getByText('It called itself “chat-▯helper”; nothing proves that');
    second?.getByText('the system could not tell');
    expect(second?.getByText('Not certain').nextElementSibling?.textContent).toContain(
      'another program speaks',
    );
  });
});

describe('taking the record along', () => {
  it('says what the file will hold before it asks where to save it, and what came of it', async () => {
    const api = await showMain(vault(NOW));
    await userEvent.click(screen.getByRole('button', { name: 'Activity' }));
    await userEvent.click(screen.getByRole('button', { name: 'Export…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Export the record' }));
    dialog.getByText(/the names of bots and accounts.*It holds no token/);
    expect(await axeProblems()).toEqual([]);
    api.answer('activity.export', {
      lines: [{ tone: 'good', text: '12 entries were written to castkey.csv.' }],
    });
    await userEvent.click(dialog.getByRole('button', { name: 'Choose where to save' }));
    dialog.getByText('12 entries were written to castkey.csv.');
  });

  it('copies the safe log, says so, and says when it could not', async () => {
    const api = await showMain(vault(NOW));
    await userEvent.click(screen.getByRole('button', { name: 'Activity' }));
    screen.getByText(/leaves out the names of accounts and bots/);
    await userEvent.click(screen.getByRole('button', { name: 'Copy safe log' }));
    screen.getByText('Copied.');
    api.refuse('activity.copySafe', 'The clipboard is not there.');
    await userEvent.click(screen.getByRole('button', { name: 'Copy safe log' }));
    expect((await screen.findByRole('alert')).textContent).toContain('The clipboard is not there.');
    expect(screen.queryByText('Copied.')).toBeNull();
    expect(api.calls.filter(({ name }) => name === 'activity.copySafe')).toHaveLength(2);
  });
});
