import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { standInFolder } from '../../electron/policy/twitch-environment.ts';
import { LOGINS, LUNA, PIA } from '../support/people.ts';
import { openCastkeyFixture } from './castkey-fixture.ts';

/** How wide a picture is for this page; 0 where it gets none. */
const widthOf = (page: Page, url: string): Promise<number> =>
  page.evaluate(
    (src) =>
      new Promise<number>((resolve) => {
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth);
        image.onerror = () => resolve(0);
        image.src = src;
      }),
    url,
  );

test('a window gets the picture of somebody who signed in from Castkey alone, drawn anew', async () => {
  const { castkey, home, twitch } = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const main = await castkey.main();
  const kept = (): string[] => {
    const folder = join(home, standInFolder(twitch.url), 'pictures');
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };
  await expect.poll(kept).toEqual([`${LUNA}.png`]);
  await expect.poll(() => widthOf(main, `castkey://app/people/${LUNA}.png`)).toBe(128);
  expect(await widthOf(main, `castkey://app/people/${PIA}.png`)).toBe(0);
  expect(await widthOf(main, `${twitch.url}/profile-picture.png?user=${LUNA}`)).toBe(0);
  expect(twitch.control.requests({ path: '/profile-picture.png' })).toHaveLength(1);
  expect(twitch.control.requests({ path: '/helix/users' })).toHaveLength(1);
});
