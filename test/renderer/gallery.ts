/**
 * Looks at every window in a real browser: screenshots into a folder, axe-core in both schemes, and no
 * breach of the CSP. A tool for whoever changes the windows, not part of `npm test`:
 *   CASTKEY_CHROMIUM=/usr/bin/chromium node test/renderer/gallery.ts [folder] [only]
 * Needs `npm run build` first, and a Node that runs TypeScript (22.18 or newer), or `npx vite-node`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { audit, openScene, servePages } from './gallery-page.ts';
import { type Scene, SIZES, scenes } from './gallery-scenes.ts';

const folder = process.argv[2] ?? 'artifacts/gallery';
const only = process.argv[3] ?? '';

async function shoot(page: Page, scene: Scene, scheme: string, size: string): Promise<string[]> {
  await page.screenshot({ path: join(folder, `${scene.name}-${scheme}-${size}.png`) });
  return (await audit(page)).map((problem) => `${scene.name} ${scheme} ${size}: ${problem}`);
}

async function visit(browser: Browser, origin: string, scene: Scene): Promise<string[]> {
  const looks = (['light', 'dark'] as const).flatMap((scheme) =>
    scene.sizes.map((size) => ({ scheme, size })),
  );
  const problems = looks.map(async ({ scheme, size }) => {
    const context = await browser.newContext({
      viewport: SIZES[size],
      colorScheme: scheme,
      reducedMotion: 'reduce',
    });
    const page = await openScene(context, origin, scene);
    const found = await shoot(page, scene, scheme, size);
    await context.close();
    return found;
  });
  return (await Promise.all(problems)).flat();
}

const server = await servePages('dist/renderer');
const browser = await chromium.launch({
  executablePath: process.env.CASTKEY_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
await mkdir(folder, { recursive: true });
const chosen = scenes(Date.now()).filter((scene) => scene.name.includes(only));
const problems: string[] = [];
for (const scene of chosen) problems.push(...(await visit(browser, server.origin, scene)));
await browser.close();
server.close();
for (const problem of problems) console.log(problem);
console.log(`${chosen.length} scenes, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
