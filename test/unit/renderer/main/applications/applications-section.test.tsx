// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { VaultView } from '../../../../../shared/views.ts';
import { severalLogins } from '../../account-view-fixture.ts';
import { bot } from '../../bot-view-fixture.ts';
import { axeProblems, showMain } from '../../show-window.tsx';
import { applications, vault } from '../../vault-view-fixture.ts';

const now = Date.now();
const [OWN, SONG, CLIP] = applications(now).map(({ clientId }) => clientId);
const row = (name: string) => within(screen.getByRole('article', { name }));
const press = (name: string, button: string) =>
  userEvent.click(row(name).getByRole('button', { name: button }));
const dialog = (name: string) => screen.findByRole('dialog', { name });

async function showSettings(over: Partial<VaultView> = {}) {
  const bots = [bot(now), bot(now, { keyId: 'k2', name: 'song-requests', clientId: SONG ?? null })];
  const api = await showMain(
    vault(now, { applications: applications(now), accounts: [severalLogins(now)], bots, ...over }),
  );
  await userEvent.click(screen.getByRole('button', { name: 'Settings' }));
  return api;
}

describe('the applications in Settings', () => {
  it('are listed with what they are, where they came from, and who works with them', async () => {
    await showSettings();
    const text = (name: string) => screen.getByRole('article', { name }).textContent;
    expect(text('My bots')).toContain('Default');
    expect(text('My bots')).toContain('entered by you');
    expect(text('My bots')).toContain('Botschat-helper');
    expect(text('song-requests')).toContain('Public');
    expect(text('song-requests')).toContain(`${SONG}, brought by a bot`);
    expect(text('song-requests')).toContain('Loginsluna_streams');
    expect(text('song-requests')).toContain('Botssong-requests');
    expect(row('My bots').queryByRole('button', { name: 'Make default' })).toBeNull();
    expect(row('song-requests').queryByRole('button', { name: 'Replace secret' })).toBeNull();
    expect(await axeProblems()).toEqual([]);
  });

  it('can be another default, renamed, and given a new secret', async () => {
    const api = await showSettings();
    await press('song-requests', 'Make default');
    await press('song-requests', 'Rename');
    const rename = within(await dialog('Rename song-requests'));
    await userEvent.clear(rename.getByRole('textbox', { name: 'Name' }));
    await userEvent.type(rename.getByRole('textbox', { name: 'Name' }), 'Songs');
    await userEvent.click(rename.getByRole('button', { name: 'Rename' }));
    await press('Clips', 'Replace secret');
    const secret = within(await dialog('New client secret of Clips'));
    await userEvent.type(secret.getByRole('textbox', { name: 'Client secret' }), 'n3w');
    await userEvent.click(secret.getByRole('button', { name: 'Replace secret' }));
    expect(api.calls).toEqual([
      { name: 'app.makeDefault', arg: { clientId: SONG } },
      { name: 'app.rename', arg: { clientId: SONG, label: 'Songs' } },
      { name: 'app.configure', arg: { clientId: CLIP, kind: 'confidential', clientSecret: 'n3w' } },
    ]);
  });

  it('say what goes with one before it goes', async () => {
    const api = await showSettings();
    await press('My bots', 'Remove');
    const ask = await dialog('Remove My bots?');
    expect(ask.textContent).toContain('Castkey tells Twitch to end its login and forgets it: luna_streams.');
    expect(ask.textContent).toContain('chat-helper can no longer get a token.');
    expect(ask.textContent).toContain('It is the default');
    await userEvent.click(within(ask).getByRole('button', { name: 'Remove application' }));
    expect(api.calls).toEqual([{ name: 'app.remove', arg: { clientId: OWN } }]);
  });

  it('get a further one, with its name', async () => {
    const api = await showSettings();
    await userEvent.click(screen.getByRole('button', { name: 'Add application' }));
    const add = within(await dialog('Add a Twitch application'));
    await userEvent.type(add.getByRole('textbox', { name: 'Client ID' }), 'abc123');
    await userEvent.type(add.getByRole('textbox', { name: 'Name' }), 'Alerts');
    await userEvent.click(add.getByRole('button', { name: 'Continue' }));
    expect(api.calls).toEqual([
      { name: 'app.configure', arg: { clientId: 'abc123', kind: 'public', label: 'Alerts' } },
    ]);
  });

  it('are told of without a default, and without any', async () => {
    await showSettings({ applications: applications(now).map((one) => ({ ...one, isDefault: false })) });
    screen.getByText(/There is no default/);
    await press('song-requests', 'Remove');
    expect((await dialog('Remove song-requests?')).textContent).not.toContain('It is the default');
  });
});
