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

test('a login that may have been used is left alone, and "Try anyway" says what it costs before it is tried', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const page = await fixture.castkey.main();
  const card = cardOf(page, LOGINS[LUNA]);
  const { control } = fixture.twitch;
  // The answer never comes, and the access token is withdrawn: Castkey can't know that Twitch did nothing.
  control.addFault({ path: '/oauth2/validate', effect: { kind: 'status', status: 503 } });
  control.addFault({ path: '/oauth2/token', effect: { kind: 'reset' } });
  await card.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect.poll(() => fixture.tokenRequests('refresh_token')).toBeGreaterThan(0);
  control.expireTokens();
  // It looks every 15 s by itself, and after sleep at once.
  await fixture.castkey.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'));
  await card.getByText('lost on the way').first().waitFor();
  const before = fixture.tokenRequests('refresh_token');

  await card.getByRole('button', { name: 'Try anyway', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: `Try ${LOGINS[LUNA]} anyway?` });
  await dialog.getByText('on other computers too').waitFor();
  await dialog.getByRole('button', { name: 'Leave it alone' }).click();
  expect(fixture.tokenRequests('refresh_token')).toBe(before);
  await card.getByRole('button', { name: 'Try anyway', exact: true }).click();
  await dialog.getByRole('button', { name: 'Try anyway', exact: true }).click();
  await card.getByText('Working', { exact: true }).waitFor();
  expect(fixture.tokenRequests('refresh_token')).toBe(before + 1);
});
