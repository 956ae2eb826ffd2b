/**
 * Looks at every window in the real Electron: pictures into a folder, axe-core in both schemes, no breach of the
 * CSP, nothing that sticks out. `npm run gallery` runs it; no part of `npm test`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { audit, openPicture, type Picture, SIZES, servePages } from './gallery-page.ts';
import { pictures } from './gallery-pictures.ts';

/** An Electron, and a program for it that opens no window of its own. */
export interface Runtime {
  program: string;
  app: string;
}
type Size = Picture['sizes'][number];

async function openWindow(app: ElectronApplication, size: Size): Promise<Page> {
  const opened = app.waitForEvent('window');
  await app.evaluate(
    ({ BrowserWindow }, inner) => {
      const window = new BrowserWindow({ ...inner, useContentSize: true, webPreferences: { sandbox: true } });
      void window.loadURL('about:blank');
    },
    { ...SIZES[size] },
  );
  return opened;
}

interface Shot {
  app: ElectronApplication;
  origin: string;
  folder: string;
}

async function capture({ app, origin, folder }: Shot, picture: Picture): Promise<string[]> {
  const problems: string[] = [];
  for (const size of picture.sizes) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openWindow(app, size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await openPicture(page, origin, picture);
      const name = `${picture.name}-${colorScheme}-${size}`;
      await page.screenshot({ path: join(folder, `${name}.png`) });
      problems.push(...(await audit(page)).map((problem) => `${name}: ${problem}`));
      await page.close();
    }
  }
  return problems;
}

/** Takes every picture whose name holds `only`; true when nothing was wrong with any. */
export async function takePictures(runtime: Runtime, folder: string, only: string): Promise<boolean> {
  const server = await servePages('dist/renderer');
  const app = await _electron.launch({
    executablePath: runtime.program,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), runtime.app],
  });
  await mkdir(folder, { recursive: true });
  const matching = () => pictures(Date.now()).filter((picture) => picture.name.includes(only));
  const names = matching().map(({ name }) => name);
  const problems: string[] = [];
  // Each with the time of its own taking: many minutes may go by until it is its turn.
  for (const name of names)
    for (const picture of matching().filter((one) => one.name === name))
      problems.push(...(await capture({ app, origin: server.origin, folder }, picture)));
  await app.close();
  server.close();
  for (const problem of problems) console.log(problem);
  console.log(`${names.length} pictures, ${problems.length} problems`);
  return problems.length === 0;
}
