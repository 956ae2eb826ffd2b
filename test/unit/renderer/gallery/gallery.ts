/**
 * Looks at every window in a real browser: pictures into a folder, axe-core in both schemes, no breach of the
 * CSP, nothing that sticks out. `npm run gallery` runs it; no part of `npm test`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { audit, openPicture, type Picture, SIZES, servePages } from './gallery-page.ts';
import { pictures } from './gallery-pictures.ts';

async function capture(
  browser: Browser,
  origin: string,
  picture: Picture,
  folder: string,
): Promise<string[]> {
  const variants = (['light', 'dark'] as const).flatMap((scheme) =>
    picture.sizes.map((size) => ({ scheme, size })),
  );
  const problems = variants.map(async ({ scheme, size }) => {
    const context = await browser.newContext({
      viewport: SIZES[size],
      colorScheme: scheme,
      reducedMotion: 'reduce',
    });
    const page = await openPicture(context, origin, picture);
    await page.screenshot({ path: join(folder, `${picture.name}-${scheme}-${size}.png`) });
    const found = await audit(page);
    await context.close();
    return found.map((problem) => `${picture.name} ${scheme} ${size}: ${problem}`);
  });
  return (await Promise.all(problems)).flat();
}

/** Takes every picture whose name holds `only`; true when nothing was wrong with any. */
export async function takePictures(executablePath: string, folder: string, only: string): Promise<boolean> {
  const server = await servePages('dist/renderer');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox'],
  });
  await mkdir(folder, { recursive: true });
  const chosen = pictures(Date.now()).filter((picture) => picture.name.includes(only));
  const problems: string[] = [];
  for (const picture of chosen) problems.push(...(await capture(browser, server.origin, picture, folder)));
  await browser.close();
  server.close();
  for (const problem of problems) console.log(problem);
  console.log(`${chosen.length} pictures, ${problems.length} problems`);
  return problems.length === 0;
}
