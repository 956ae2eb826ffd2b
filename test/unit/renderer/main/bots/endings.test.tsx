// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { BotView, VaultView } from '../../../../../shared/views.ts';
import { DEFAULT_APP } from '../../account-view-fixture.ts';
import { bot, endingBot } from '../../bot-view-fixture.ts';
import { axeProblems, showMain } from '../../show-window.tsx';
import { vault } from '../../vault-view-fixture.ts';

const HOUR = 3_600_000;
const now = Date.now();
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

async function showBots(bots: BotView[], over: Partial<VaultView> = {}) {
  const api = await showMain(vault(now, { bots, ...over }));
  await userEvent.click(button('Bots'));
  return api;
}

describe('a permission that ends by itself', () => {
  it('says when, and can be ended or kept', async () => {
    const api = await showBots([endingBot(now)]);
    screen.getByText(/^Until \d\d:\d\d, 3 h 1[12] min left$/);
    screen.getByText('Until your stream ends');
    screen.getByText(/^Your stream is over: ends in 1[01] min unless it goes on$/);
    expect(await axeProblems()).toEqual([]);
    await userEvent.click(button('Keep luna_streams'));
    await userEvent.click(button('End now: nightowl_speedruns'));
    expect(api.calls).toEqual([
      { name: 'grant.keep', arg: { keyId: 'k1', grantId: 'g2' } },
      { name: 'grant.revoke', arg: { keyId: 'k1', grantId: 'g3' } },
    ]);
  });

  it('isn’t kept while Castkey is locked, but can be ended', async () => {
    await showBots([endingBot(now)], { locked: true, lockReason: 'screen' });
    expect(button('Keep luna_streams').disabled).toBe(true);
    expect(button('End now: luna_streams').disabled).toBe(false);
  });

  it('is named for what it is if it is on the application’s own token', async () => {
    await showBots([endingBot(now)]);
    button('Revoke the Twitch application’s own token');
  });
});

describe('a bot that holds a token', () => {
  it('is never said to use nothing, and the token can be ended', async () => {
    const api = await showBots([endingBot(now, { grants: [], scopes: [] })]);
    expect(screen.queryByText(/may use nothing/i)).toBeNull();
    const held = within(screen.getByRole('list', { name: 'Tokens it still holds' }));
    held.getByText(/^Holds a token for pixelpia until .*\d\d:\d\d$/);
    await userEvent.click(held.getByRole('button', { name: 'End it now' }));
    expect(api.calls).toEqual([{ name: 'account.rotate', arg: { userId: '1004', clientId: DEFAULT_APP } }]);
  });
});

describe('a bot that holds the own token of an application', () => {
  const own = {
    ...{ userId: null, login: null, clientId: DEFAULT_APP, application: 'My bots', endable: true },
    expiresAt: now + 50 * 24 * HOUR,
  };

  it('can have it ended', async () => {
    const api = await showBots([endingBot(now, { grants: [], scopes: [], holds: [own] })]);
    const held = within(screen.getByRole('list', { name: 'Tokens it still holds' }));
    held.getByText(/^Holds the token of the application My bots until .*\d\d:\d\d$/);
    await userEvent.click(held.getByRole('button', { name: 'End it now' }));
    expect(api.calls).toEqual([{ name: 'app.endTokens', arg: { clientId: DEFAULT_APP } }]);
    expect(await axeProblems()).toEqual([]);
  });

  it('is spoken of before the bot is removed', async () => {
    await showBots([endingBot(now, { grants: [], scopes: [], holds: [own] })]);
    await userEvent.click(screen.getByRole('button', { name: 'Remove' }));
    const dialog = within(await screen.findByRole('dialog'));
    dialog.getByText(/^It may hold the token of a Twitch application, which works for some two months/);
  });

  it('is said to end by itself where Castkey doesn’t have it any more', async () => {
    await showBots([endingBot(now, { grants: [], scopes: [], holds: [{ ...own, endable: false }] })]);
    const held = within(screen.getByRole('list', { name: 'Tokens it still holds' }));
    held.getByText(/can’t end it: it ends by itself then\.$/);
    expect(held.queryByRole('button', { name: 'End it now' })).toBeNull();
  });
});

describe('what a bot needs and would like', () => {
  it('is listed with what is missing, and one consent brings it', async () => {
    const api = await showBots([endingBot(now)]);
    await userEvent.click(button('2 permissions missing: 1 it needs, 1 optional'));
    const list = screen.getByRole('list', { name: 'What it needs and would like' });
    expect([...list.children].map(({ textContent }) => textContent)).toEqual([
      'Granted: Read chatchat:read',
      'Missing: Write in chat as youchat:edit',
      'Missing: Create channel-point rewards and settle redemptions (optional)channel:manage:redemptions',
    ]);
    expect(await axeProblems()).toEqual([]);
    await userEvent.click(button('Grant what is missing'));
    expect(api.calls).toEqual([{ name: 'bot.consent', arg: { keyId: 'k1' } }]);
  });

  it('offers nothing to grant where all is there', async () => {
    await showBots([bot(now, { scopes: [{ scope: 'chat:read', required: true, granted: true }] })]);
    button('Has all it needs');
    expect(screen.queryByRole('button', { name: 'Grant what is missing' })).toBeNull();
  });
});

describe('questions without a window', () => {
  it('wait in a banner that opens them', async () => {
    const questions = [
      { kind: 'approval' as const, bot: 'song\u202erequests' },
      { kind: 'sign-in' as const, bot: 'clips' },
    ];
    const api = await showMain(vault(now, { questions }));
    screen.getByText('“song▯requests” and 1 more wait for your answer.');
    screen.getByText('2 bots wait for you');
    expect(await axeProblems()).toEqual([]);
    await userEvent.click(button('Open the question'));
    expect(api.calls).toEqual([{ name: 'question.open', arg: undefined }]);
  });

  it('come so in stream mode, which the settings switch', async () => {
    const api = await showMain(vault(now, { stream: { mode: true, live: [] } }));
    screen.getByText('Stream mode is on');
    await userEvent.click(button('Settings'));
    await userEvent.click(screen.getByRole('switch', { name: 'Stream mode' }));
    expect(api.calls).toEqual([{ name: 'stream.setMode', arg: { on: false } }]);
  });
});
