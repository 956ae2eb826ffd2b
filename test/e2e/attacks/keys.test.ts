import { spawnSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { expect, type TestContext, vi } from 'vitest';
import { attack } from '../../support/attack.ts';
import { type CastkeyFixture, codeOf, openCastkeyFixture } from '../castkey-fixture.ts';
import { TITLES } from '../castkey-process.ts';

/** Keys as X itself delivers them to a window, so that menus would see them; Playwright's go to pages alone. */
async function press(title: string, ...keys: string[]): Promise<void> {
  const window = await vi.waitUntil(() => xdotool('search', '--onlyvisible', '--name', `^${title}$`), {
    timeout: 10_000,
  });
  xdotool('windowfocus', '--sync', window);
  for (const key of keys) xdotool('key', '--delay', '50', key);
}

function xdotool(...args: string[]): string {
  return spawnSync('xdotool', args, { encoding: 'utf8' }).stdout.trim().split('\n').at(-1) ?? '';
}

function needsXdotool(context: TestContext): void {
  if (spawnSync('xdotool', ['version']).status !== 0)
    context.skip('xdotool, which presses keys, is not here');
}

const developerTools = ({ castkey }: CastkeyFixture): Promise<boolean> =>
  castkey.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().some((one) => one.isDevToolsOpened()),
  );

const mark = (page: Page): Promise<void> => page.evaluate(() => void Object.assign(window, { marked: true }));
const isMarked = (page: Page): Promise<boolean> => page.evaluate(() => 'marked' in window);

attack(
  'the keys of Electron’s own menu, in every window',
  'none does anything; text is copied and pasted as ever',
  async (context) => {
    needsXdotool(context);
    const fixture = await openCastkeyFixture();
    void codeOf(fixture.bot('knocking-bot')); // never answered
    const approval = await fixture.castkey.window(TITLES.approval);
    const main = await fixture.castkey.main();
    for (const [title, page] of [
      [TITLES.approval, approval],
      [TITLES.main, main],
    ] as const) {
      await mark(page);
      await press(title, 'ctrl+shift+i', 'F12', 'ctrl+r', 'F5', 'ctrl+w', 'ctrl+q', 'alt');
      expect(await isMarked(page)).toBe(true);
    }
    expect(await developerTools(fixture)).toBe(false);
    expect(fixture.castkey.process.exitCode).toBeNull();
    await main.evaluate(() => {
      const field = Object.assign(document.createElement('input'), { id: 'field', value: 'words' });
      document.body.prepend(field);
      field.focus();
    });
    await press(TITLES.main, 'ctrl+a', 'ctrl+c', 'End', 'ctrl+v');
    await expect.poll(() => main.locator('#field').inputValue()).toBe('wordswords');
  },
  60_000,
);
