// @vitest-environment jsdom
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { dialogStore } from '../../../../../renderer/main/dialogs/open-dialog.ts';
import type { BotView } from '../../../../../shared/views.ts';
import { account, DEFAULT_APP, login } from '../../account-view-fixture.ts';
import { bot, grant, manyBots, oddBots } from '../../bot-view-fixture.ts';
import { axeProblems, showMain } from '../../show-window.tsx';
import { applications, vault } from '../../vault-view-fixture.ts';

const now = Date.now();
const HOUR = 3_600_000;
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const card = (name: string | RegExp) => within(screen.getByRole('article', { name }));
const cards = () => screen.getAllByRole('article').map((article) => article.getAttribute('aria-label'));

async function showBots(bots: BotView[], over: Parameters<typeof vault>[1] = {}) {
  const api = await showMain(vault(now, { bots, ...over }));
  await userEvent.click(button('Bots'));
  return api;
}

describe('a bot on its page', () => {
  it('is shown with program, script, where it runs, and each permission with its use', async () => {
    await showBots([bot(now)]);
    const { getByText, getByRole } = card('chat-helper');
    getByText('/usr/bin/', { exact: false, selector: 'code' });
    expect(getByText('Script').nextElementSibling?.textContent).toBe('/home/luna/bots/chat-helper/index.js');
    getByText('this computer');
    getByText('Connected');
    getByText(/^used 412 times, first \d+ \w+ \d{4}, last 4 min ago$/);
    getByText(/^given \d+ \w+ \d{4}, not used yet$/);
    await userEvent.click(getByRole('button', { name: '2 permissions' }));
    getByText('Read chat');
  });

  it('names its Twitch application where there are several', async () => {
    const all = applications(now);
    await showBots([bot(now, { clientId: all[1]?.clientId ?? '' })], { applications: all });
    expect(card('chat-helper').getByText('Application').nextElementSibling?.textContent).toBe(
      'song-requests',
    );
  });

  it('says that it comes from another computer, and through what', async () => {
    await showBots([bot(now, { remote: true, program: '/usr/sbin/sshd', script: null })]);
    card('chat-helper').getByText('Another computer');
    expect(card('chat-helper').getByText('Comes through').nextElementSibling?.textContent).toBe(
      '/usr/sbin/sshd',
    );
  });

  it('is told from another one of its name by the day it was let in', async () => {
    await showBots([
      bot(now, { similarNames: 1 }),
      bot(now, { keyId: 'k2', similarNames: 1, pairedAt: now - 50 * 24 * HOUR }),
    ]);
    expect(new Set(cards()).size).toBe(2);
    expect(cards()).toEqual(
      cards().map(() => expect.stringMatching(/^chat-helper, let in on \d+ \w+ \d{4}$/)),
    );
    expect(screen.getAllByText(/^Another bot uses this name too; this one was let in on /)).toHaveLength(2);
  });

  it('cannot hide or turn around anything by its name', async () => {
    await showBots([bot(now, { name: 'a\u202eb\u200bc', grants: [] })]);
    screen.getByRole('article', { name: 'a▯b▯c' });
    screen.getByText(/hidden characters/);
    await userEvent.click(card('a▯b▯c').getByRole('button', { name: 'Remove' }));
    await screen.findByRole('dialog', { name: 'Remove a▯b▯c?' });
  });
});

describe('a bot that has changed', () => {
  const [held, , waiting] = oddBots(now) as [BotView, BotView, BotView];

  it('says what is different, in words, and that it gets nothing', async () => {
    const api = await showBots([{ ...held, similarNames: 0 }]);
    const { getByText, getByRole } = card('chat-helper');
    getByText('Waits for you');
    getByText('It gets nothing until you decide.');
    const list = getByRole('list', { name: 'What is different' });
    expect([...list.children].map(({ textContent }) => textContent)).toEqual([
      'The programAllowed/usr/bin/nodeNow/home/luna/.nvm/versions/node/v24/bin/node',
      'What is in itThe file holds something else than when you allowed it.',
    ]);
    await userEvent.click(getByRole('button', { name: 'It’s mine' }));
    expect(api.calls).toEqual([{ name: 'bot.acceptChange', arg: { keyId: 'k1', at: held.changed?.at } }]);
  });

  it('that still gets its tokens says so, and can be removed', async () => {
    const api = await showBots([waiting]);
    const { getByText, getByRole } = card('cloud-moderator');
    getByText('It still gets what you allowed.');
    getByText('another computer, or a program behind /usr/sbin/sshd');
    await userEvent.click(getByRole('button', { name: 'Remove' }));
    const dialog = await screen.findByRole('dialog', { name: 'Remove cloud-moderator?' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Remove bot' }));
    expect(api.calls).toEqual([{ name: 'bot.remove', arg: { keyId: 'k3' } }]);
  });

  it('opens by itself among many when it happens', async () => {
    const bots = manyBots(now, 12).filter(({ changed }) => changed === null);
    const api = await showBots(bots);
    expect(screen.queryByRole('button', { name: 'It’s mine' })).toBeNull();
    const changed = bots.map((one, place) => (place === 5 ? { ...one, changed: held.changed } : one));
    act(() => api.push(vault(now, { seq: 2, bots: changed })));
    button('It’s mine');
  });
});

describe('a permission', () => {
  it('is narrowed to the scopes that stay ticked', async () => {
    const api = await showBots([bot(now)]);
    await userEvent.click(button('Edit the job “chat”, now luna_streams'));
    const dialog = within(await screen.findByRole('dialog', { name: /^What may chat-helper do with / }));
    expect(dialog.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true);
    await userEvent.click(dialog.getByRole('checkbox', { name: 'Write in chat as you' }));
    dialog.getByText('1 permission taken back, 1 left');
    expect(await axeProblems()).toEqual([]);
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    expect(api.calls).toEqual([
      { name: 'grant.change', arg: { keyId: 'k1', grantId: 'g1', scopes: ['chat:read'] } },
    ]);
  });

  it('is not emptied by ticking everything off', async () => {
    await showBots([bot(now)]);
    await userEvent.click(button('Edit the job “chat”, now luna_streams'));
    const dialog = within(await screen.findByRole('dialog'));
    for (const box of dialog.getAllByRole('checkbox')) await userEvent.click(box);
    dialog.getByText('To take everything back, use Revoke.');
    expect(dialog.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true);
  });

  it('that could not be narrowed says why and stays open', async () => {
    const api = await showBots([bot(now)]);
    api.refuse('grant.change', 'The disk is full.');
    await userEvent.click(button('Edit the job “chat”, now luna_streams'));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('checkbox', { name: 'Read chat' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Save' }));
    expect(dialog.getByRole('alert').textContent).toBe('The disk is full.');
  });
});

describe('after something was taken back', () => {
  const accounts = [account(now, { expiresAt: now + 3.2 * HOUR, obtainedAt: now - HOUR })];
  const revoke = () => userEvent.click(button(/^Revoke the job/));

  it('offers a new token for the one the bot may still hold', async () => {
    const api = await showBots([bot(now)], { accounts });
    await revoke();
    const dialog = within(await screen.findByRole('dialog', { name: 'chat-helper may still hold a token' }));
    dialog.getByText(
      /token for luna_streams that works for up to 4 hours\. Make a new one and end the old one\?/,
    );
    expect(document.activeElement?.textContent).toBe('Not now');
    await userEvent.click(dialog.getByRole('button', { name: 'Make a new token' }));
    expect(api.calls).toEqual([
      { name: 'grant.revoke', arg: { keyId: 'k1', grantId: 'g1' } },
      { name: 'account.rotate', arg: { userId: '1001', clientId: DEFAULT_APP } },
    ]);
    dialog.getByText('Done. What the bot holds no longer works.');
    expect(await axeProblems()).toEqual([]);
  });

  it('says why there is no new token, and lets her try again', async () => {
    const api = await showBots([bot(now)], { accounts });
    api.refuse('account.rotate', 'Twitch can’t be reached.');
    await revoke();
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Make a new token' }));
    expect(dialog.getByRole('alert').textContent).toBe('Twitch can’t be reached.');
    dialog.getByRole('button', { name: 'Make a new token' });
  });

  it('leaves the token alone on “Not now”', async () => {
    const api = await showBots([bot(now)], { accounts });
    await revoke();
    await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Not now' }));
    expect(api.calls.map(({ name }) => name)).toEqual(['grant.revoke']);
  });

  it('offers it, too, for a token older than the one Castkey has now', async () => {
    const older = grant(now, { lastUsedAt: now - 2 * HOUR });
    await showBots([bot(now, { grants: [older] })], { accounts });
    await revoke();
    await screen.findByRole('dialog', { name: 'chat-helper may still hold a token' });
  });

  it.each([
    ['the bot never had a token', grant(now, { uses: 0, lastUsedAt: null }), {}],
    ['the bot’s last token is over', grant(now, { lastUsedAt: now - 5 * HOUR }), {}],
    ['Castkey could not make another', grant(now), { canRefresh: false }],
  ])('offers nothing where %s, and keeps the focus', async (_why, given, over) => {
    const api = await showBots([bot(now, { grants: [given] })], {
      accounts: [account(now, { expiresAt: now + 3.2 * HOUR, obtainedAt: now - HOUR, ...over })],
    });
    await revoke();
    expect(api.calls.map(({ name }) => name)).toEqual(['grant.revoke']);
    expect(dialogStore.getState().open).toBeNull();
    expect(document.activeElement?.textContent).toBe('chat-helper');
  });

  it('offers nothing where taking it back did not work', async () => {
    const api = await showBots([bot(now)], { accounts });
    api.refuse('grant.revoke', 'The disk is full.');
    await revoke();
    await screen.findByRole('alert');
    expect(dialogStore.getState().open).toBeNull();
  });

  it('means the login for the application of the bot, and no other', async () => {
    const own = login(now, { clientId: 'song', obtainedAt: now - HOUR, expiresAt: now + HOUR });
    const several = account(now, { logins: [login(now), own] });
    const api = await showBots([bot(now, { clientId: 'song' })], { accounts: [several] });
    await revoke();
    await userEvent.click(await screen.findByRole('button', { name: 'Make a new token' }));
    expect(api.calls.at(-1)).toEqual({ name: 'account.rotate', arg: { userId: '1001', clientId: 'song' } });
  });

  it('offers it for every account of a bot that was removed', async () => {
    const both = [...accounts, { ...account(now), userId: '1002', login: 'pixelpanda_bot' }];
    const grants = [
      grant(now),
      grant(now, { id: 'g2', userId: '1002', intent: null, login: 'pixelpanda_bot' }),
    ];
    const api = await showBots([bot(now, { grants })], { accounts: both });
    await userEvent.click(card('chat-helper').getByRole('button', { name: 'Remove' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Remove bot' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'chat-helper may still hold a token' }));
    dialog.getByText(/luna_streams and pixelpanda_bot/);
    await userEvent.click(dialog.getByRole('button', { name: 'Make a new token' }));
    expect(api.calls.map(({ arg }) => arg)).toEqual([
      { keyId: 'k1' },
      { userId: '1001', clientId: DEFAULT_APP },
      { userId: '1002', clientId: DEFAULT_APP },
    ]);
  });
});

describe('fifty bots', () => {
  it('are folded, those to look at first and open, and open one by one', async () => {
    await showBots(manyBots(now, 50));
    expect(screen.getAllByRole('article')).toHaveLength(50);
    expect(cards().slice(0, 2)).toEqual([expect.stringContaining('chat-helper'), 'cloud-moderator']);
    expect(screen.getAllByRole('button', { name: 'It’s mine' })).toHaveLength(2);
    const idle = card('clip-maker-4');
    expect(idle.queryByText('Program')).toBeNull();
    idle.getByText(/^May use luna_streams and 2 more · last seen/);
    await userEvent.click(idle.getByRole('button', { name: 'clip-maker-4', expanded: false }));
    idle.getByText('Program');
  });

  it('are found by name, account or program, and filtered', async () => {
    await showBots(manyBots(now, 50));
    const field = screen.getByRole('textbox', { name: 'Find a bot' });
    const find = (value: string) => act(async () => void fireEvent.change(field, { target: { value } }));
    await find('nightowl clip');
    expect(cards()).toEqual(['clip-maker-4', 'clip-maker-32']);
    await find('');
    await userEvent.click(button('Changed (2)'));
    expect(cards()).toHaveLength(2);
    await find('CLOUD');
    expect(cards()).toEqual(['cloud-moderator']);
    screen.getByText('1 of 50 bots shown');
    await find('nothing like it');
    screen.getByText('No bot fits. Try another word.');
  });

  it('are accessible', async () => {
    await showBots(manyBots(now, 8));
    expect(await axeProblems()).toEqual([]);
  });
});
