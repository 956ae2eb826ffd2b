import { expect, it } from 'vitest';
import { within } from '../../../../electron/policy/on-screen.ts';

const AREA = { x: 0, y: 30, width: 1440, height: 970 };
/** A second screen to the left of the first. */
const LEFT = { x: -1920, y: 0, width: 1920, height: 1050 };
const SMALL = { x: 0, y: 0, width: 800, height: 450 };
const at = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

it.each([
  ['one that fits stays', at(100, 100, 1120, 760), AREA, at(100, 100, 1120, 760)],
  ['one as large as a lost screen', at(0, 0, 5120, 2880), AREA, at(0, 30, 1440, 970)],
  ['only the height is too much', at(100, 100, 480, 2000), AREA, at(100, 30, 480, 970)],
  ['one on a screen that is gone', at(-1800, 40, 1120, 760), AREA, at(0, 40, 1120, 760)],
  ['one far off', at(20_000, 20_000, 480, 640), AREA, at(960, 360, 480, 640)],
  ['one on the screen to the left', at(-1800, 40, 1120, 760), LEFT, at(-1800, 40, 1120, 760)],
  ['one between two screens', at(-2200, 900, 1120, 760), LEFT, at(-1920, 290, 1120, 760)],
  ['the approval on a small screen', at(160, -80, 480, 640), SMALL, at(160, 0, 480, 450)],
])('%s', (_, window, area, expected) => {
  expect(within(window, area)).toEqual(expected);
});
