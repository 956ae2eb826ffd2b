// @vitest-environment jsdom
import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { AccountView } from '../../../../../shared/views.ts';
import { account } from '../../account-view-fixture.ts';
import { axeProblems, showMain } from '../../show-window.tsx';
import { vault } from '../../vault-view-fixture.ts';

const now = Date.now();
const PICTURE = 'castkey://app/people/1001.png?v=0123456789ab';

/** The card of the one account there is. */
async function showAccount(over: Partial<AccountView>): Promise<HTMLElement> {
  await showMain(vault(now, { accounts: [account(now, over)] }));
  return screen.getByRole('article', { name: 'luna_streams' });
}

describe('an account', () => {
  it('has her picture, which says nothing to those who hear the page', async () => {
    const card = await showAccount({ picture: PICTURE, displayName: 'Luna_Streams' });
    const picture = card.querySelector('img');
    expect([picture?.getAttribute('src'), picture?.getAttribute('alt')]).toEqual([PICTURE, '']);
    expect(card.textContent).not.toContain('Luna_Streams');
    expect(await axeProblems()).toEqual([]);
  });

  it('has the first letter of her login in a colour of its own while there is no picture', async () => {
    const card = await showAccount({});
    expect(card.querySelector('img')).toBeNull();
    expect(card.querySelector('[data-hue]')?.textContent).toBe('L');
  });

  it('falls back to that where the picture can’t be shown', async () => {
    const card = await showAccount({ picture: PICTURE });
    fireEvent.error(card.querySelector('img') as HTMLImageElement);
    expect(card.querySelector('img')).toBeNull();
    expect(card.querySelector('[data-hue]')?.textContent).toBe('L');
  });

  it('shows the name that viewers see where that is another one', async () => {
    const card = await showAccount({ displayName: '月のルナ' });
    expect(card.textContent).toContain('月のルナ');
    expect(card.querySelector('h2')?.textContent).toBe('luna_streams');
  });

  it('shows what is hidden in that name, and keeps it from turning the words around it', async () => {
    const card = await showAccount({ displayName: 'Luna\u202eevil' });
    expect(card.querySelector('bdi')?.textContent).toBe('Luna▯evil');
  });

  it('shows no name that is made of spaces, or is her login once it is cleaned', async () => {
    const card = await showAccount({ displayName: '  Luna_Streams\u3000' });
    expect(card.querySelector('bdi')).toBeNull();
  });
});
