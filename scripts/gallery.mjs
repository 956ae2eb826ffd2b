// npm run gallery -- [folder] [only]: pictures of every window in a real browser, for whoever changes them.
// CASTKEY_CHROMIUM names the browser, /usr/bin/chromium unless told.
import { existsSync } from 'node:fs';
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand, SetupError } from './setup/report.mjs';

await runCommand(async () => {
  const browser = process.env.CASTKEY_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(browser))
    throw new SetupError(
      `pictures need Chromium, and there is no ${browser}; CASTKEY_CHROMIUM names another one`,
    );
  await prepare({ build: true });
  const { runnerImport } = await import('vite');
  // By vite, since not every Node that Castkey runs on reads TypeScript itself.
  const { module } = await runnerImport(inProject('test', 'unit', 'renderer', 'gallery', 'gallery.ts'), {
    configFile: false,
  });
  const [folder = inProject('artifacts', 'gallery-pages'), only = ''] = process.argv.slice(2);
  return (await module.takePictures(browser, folder, only)) ? 0 : 1;
});
