import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inProject } from '../setup/paths.mjs';
import { printStep } from './demo-context.mjs';

/** Pixels for each of the page's: sharp on any screen, and independent of the display in use. */
const SCALE = 2;
const DOCS_BYTES = 300_000;

/**
 * Takes numbered screenshots into `artifacts/demo/`, which it empties first.
 *
 * @param {import('playwright-core').ElectronApplication} app
 * @param {{docs: boolean}} options with `docs`, those that have a name there are copied to docs/images
 */
export async function openScreenshots(app, { docs }) {
  const folder = inProject('artifacts', 'demo');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let taken = 0;
  const keep = async (name, png, docsName) => {
    taken += 1;
    const file = join(folder, `${String(taken).padStart(2, '0')}-${name}.png`);
    await writeFile(file, png);
    if (docs && docsName) await copyToDocs(file, docsName);
  };
  return {
    folder,
    take: async (page, name, { docsName, ...how } = {}) => keep(name, await photograph(page, how), docsName),
    takeWithTwitch: async (page, twitch, name) => keep(name, await withView(app, page, twitch)),
  };
}

/**
 * One page as PNG. With `whole`, as if the person had made the window just tall enough for all it holds:
 * `main`, or the part of it that scrolls.
 */
async function photograph(page, { whole = false } = {}) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { width, height } = await page.evaluate(sizeOf, whole);
  const devTools = await page.context().newCDPSession(page);
  try {
    const metrics = { width, height, deviceScaleFactor: SCALE, mobile: false };
    await devTools.send('Emulation.setDeviceMetricsOverride', metrics);
    await page.evaluate(nextFrames);
    const { data } = await devTools.send('Page.captureScreenshot', {
      format: 'png',
      optimizeForSpeed: false,
    });
    return Buffer.from(data, 'base64');
  } finally {
    await devTools.send('Emulation.clearDeviceMetricsOverride').catch(() => {});
    await devTools.detach();
  }
}

/** Runs in the page. */
function sizeOf(whole) {
  const hidden = [...document.querySelectorAll('main, main section')].map(
    (part) => part.scrollHeight - part.clientHeight,
  );
  return { width: innerWidth, height: innerHeight + (whole ? Math.max(0, ...hidden) : 0) };
}

/** Runs in the page: waits for its typeface, and until it has been drawn in its new size. */
async function nextFrames() {
  await document.fonts.ready;
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
}

/** The sign-in window with Twitch's page in it: two pages to Playwright, one picture to a person. */
async function withView(app, page, twitch) {
  const [window, view] = [await photograph(page), await photograph(twitch)];
  const png = await app.evaluate(layOver, [window.toString('base64'), view.toString('base64')]);
  return Buffer.from(png, 'base64');
}

/** Runs inside Electron: lays the second picture over the first, at its bottom. */
function layOver({ nativeImage }, pictures) {
  const [below, above] = pictures.map((text) => {
    const image = nativeImage.createFromBuffer(Buffer.from(text, 'base64'));
    return { ...image.getSize(), pixels: Buffer.from(image.toBitmap()) };
  });
  const rows = Math.min(above.height, below.height);
  const start = below.height - rows;
  const bytes = Math.min(above.width, below.width) * 4;
  for (let y = 0; y < rows; y += 1) {
    const from = y * above.width * 4;
    above.pixels.copy(below.pixels, (start + y) * below.width * 4, from, from + bytes);
  }
  const { width, height } = below;
  return nativeImage.createFromBitmap(below.pixels, { width, height }).toPNG().toString('base64');
}

async function copyToDocs(file, name) {
  const target = inProject('docs', 'images', `${name}.png`);
  await mkdir(inProject('docs', 'images'), { recursive: true });
  await copyFile(file, target);
  const { size } = await stat(target);
  if (size > DOCS_BYTES) throw new Error(`docs/images/${name}.png is larger than ${DOCS_BYTES} bytes.`);
  printStep('demo', `docs/images/${name}.png is new`);
}
