/** Takes pictures of windows at several sizes, light and dark, and looks for what is wrong with each. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { pageFaults } from '../support/page-faults.ts';
import type { Castkey } from './castkey-process.ts';

const FOLDER = resolve(import.meta.dirname, '../../artifacts/gallery');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Inner sizes of windows; the small ones are smaller than a person can make them. */
export const SIZES = {
  main: { small: [420, 560], large: [1360, 900] },
  approval: { small: [420, 480], large: [480, 640] },
  signIn: { small: [420, 560], large: [520, 720] },
} as const;

const EVERY = ['light', 'dark'] as const;
/** Each size and each theme once; with CASTKEY_LOOKS=all each size in each theme, which takes twice as long. */
const THEMES: Record<'small' | 'large', readonly ('light' | 'dark')[]> =
  process.env.CASTKEY_LOOKS === 'all'
    ? { small: EVERY, large: EVERY }
    : { small: ['dark'], large: ['light'] };

export interface Screenshots {
  /** Photographs a window as it stands, small and large, light and dark, and looks what is wrong in it. */
  take(page: Page, kind: keyof typeof SIZES, name: string): Promise<void>;
  /** What was wrong in all pictures so far. */
  problems(): string[];
}

export function openScreenshots(castkey: Castkey): Screenshots {
  mkdirSync(FOLDER, { recursive: true });
  const problems: string[] = [];
  return {
    problems: () => problems,
    async take(page, kind, name) {
      for (const size of ['small', 'large'] as const) {
        const [width, height] = SIZES[kind][size];
        await resize(castkey, page, width, height);
        for (const colorScheme of THEMES[size]) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          const look = `${name}-${size}-${colorScheme}`;
          await page.screenshot({ path: join(FOLDER, `${look}.png`), animations: 'disabled' });
          problems.push(...(await inspect(page)).map((problem) => `${look}: ${problem}`));
        }
      }
    },
  };
}

async function resize(castkey: Castkey, page: Page, width: number, height: number): Promise<void> {
  const title = await page.evaluate(() => document.title);
  await castkey.app.evaluate(
    ({ BrowserWindow }, wanted) => {
      const window = BrowserWindow.getAllWindows().find((one) => one.getTitle() === wanted.title);
      window?.setMinimumSize(1, 1);
      window?.setContentSize(wanted.width, wanted.height);
    },
    { title, width, height },
  );
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height]);
}

type AxeResult = { violations: { id: string; nodes: { target: unknown }[] }[] };

/** Accessibility, by axe-core, and what sticks out to the side. */
async function inspect(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] })',
  )) as AxeResult;
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id} at ${String(target)}`),
  );
  return [...found, ...(await page.evaluate(overflowing)), ...(await page.evaluate(pageFaults))];
}

/**
 * Runs in the page: what is cut off at the side, scrolls sideways or sticks out of its card. Text that ends
 * in "…" and samples of code are meant to; what Mantine's switches hide nobody sees.
 */
function overflowing(): string[] {
  const name = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${element.classList[0] ?? ''} "${element.textContent?.slice(0, 30)}"`;
  const bounded = (element: Element): boolean => {
    const { display, overflowX, textOverflow, borderRightWidth } = getComputedStyle(element);
    if (display === 'inline' || textOverflow === 'ellipsis') return false;
    return overflowX !== 'visible' || borderRightWidth !== '0px' || element === document.documentElement;
  };
  const known = '.unseen, svg, .mantine-Switch-track, [aria-label="Sample code"]';
  return [...document.querySelectorAll('html, body, body *')]
    .filter((element) => element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
    .filter((element) => bounded(element) && element.closest(known) === null)
    .map((element) => `${name(element)} is ${element.scrollWidth} wide in ${element.clientWidth}`);
}
