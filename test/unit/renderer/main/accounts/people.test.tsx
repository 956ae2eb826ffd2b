// @vitest-environment jsdom
import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { account } from '../../account-view-fixture.ts';
import { axeProblems, showMain } from '../../show-window.tsx';
import { vault } from '../../vault-view-fixture.ts';

const now = Date.now();
const PICTURE = 'castkey://app/people/1001.png?1';
const card = (login: string) => screen.getByRole('article', { name: login });
const avatar = (login: string) => card(login).querySelector('[data-hue]');

describe('a person in her card', () => {
  it('has her name as Twitch writes it; the card goes by her login', async () => {
    await showMain(vault(now, { accounts: [account(now, { displayName: 'Luna_Streams' })] }));
    within(card('luna_streams')).getByRole('heading', { name: 'Luna_Streams' });
    await showMain(vault(now, { accounts: [account(now, { displayName: '月の配信' })] }));
    within(card('luna_streams')).getByRole('heading', { name: '月の配信 luna_streams' });
    expect(avatar('luna_streams')?.textContent).toBe('月');
  });

  it('lets no name turn the words around it', async () => {
    await showMain(vault(now, { accounts: [account(now, { displayName: 'a\u202eb' })] }));
    within(card('luna_streams')).getByRole('heading', { name: 'a▯b luna_streams' });
  });

  it('has her picture, and her letter where that can’t be shown', async () => {
    await showMain(vault(now, { accounts: [account(now, { picture: PICTURE })] }));
    const picture = avatar('luna_streams')?.querySelector('img');
    expect(picture?.getAttribute('src')).toBe(PICTURE);
    expect(await axeProblems()).toEqual([]);
    if (picture) fireEvent.error(picture);
    expect(avatar('luna_streams')?.querySelector('img')).toBeNull();
    expect(avatar('luna_streams')?.textContent).toBe('L');
  });

  it('has a hue of her own, the same in every window', async () => {
    const two = [account(now), account(now, { userId: '1002', login: 'luna_bot' })];
    await showMain(vault(now, { accounts: two }));
    const hues = ['luna_streams', 'luna_bot'].map((login) => avatar(login)?.getAttribute('data-hue'));
    expect(new Set(hues).size).toBe(2);
    await showMain(vault(now, { accounts: [...two].reverse() }));
    expect(avatar('luna_streams')?.getAttribute('data-hue')).toBe(hues[0]);
  });
});
