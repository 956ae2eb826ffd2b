import { expect, test } from 'vitest';
import { LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture } from './castkey-fixture.ts';
import { cardOf } from './window-actions.ts';

test('a login that Twitch wrongly refused is kept, and "Refresh" in the window brings it back', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const card = cardOf(await fixture.castkey.main(), LOGINS[LUNA]);
  const { control } = fixture.twitch;
  control.addFault({ path: '/oauth2/token', times: 'all', effect: { kind: 'invalid-refresh-token' } });
  await card.getByRole('button', { name: 'Refresh', exact: true }).click();
  await card.getByText('Twitch refuses this login').first().waitFor();
  const before = fixture.tokenRequests('refresh_token');

  control.clearFaults();
  // The forced refresh before was seconds ago; a refused login is tried all the same.
  await card.getByRole('button', { name: 'Refresh', exact: true }).click();
  await card.getByText('Working', { exact: true }).waitFor();
  expect(fixture.tokenRequests('refresh_token')).toBe(before + 1);
});
