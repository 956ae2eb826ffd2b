import { expect, test } from 'vitest';
import { LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture } from './castkey-fixture.ts';

test.for(['resume', 'unlock-screen'])(
  'on "%s" each login is checked once, and none is renewed',
  async (event) => {
    const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
    const validations = (): number =>
      fixture.twitch.control.requests().filter(({ path }) => path === '/oauth2/validate').length;
    const before = validations();
    await fixture.castkey.app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event);
    await expect.poll(validations).toBe(before + 1);
    expect(fixture.tokenRequests('refresh_token')).toBe(0);
  },
);
