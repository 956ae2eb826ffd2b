// npm run gallery -- [folder] [only]: pictures of every window in a real browser, for whoever changes them.
// CASTKEY_CHROMIUM names the browser, /usr/bin/chromium unless told.
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand } from './setup/report.mjs';

await runCommand(async () => {
  await prepare({ build: true });
  const { runnerImport } = await import('vite');
  // By vite, since not every Node that Castkey runs on reads TypeScript itself.
  const { module } = await runnerImport(inProject('test', 'unit', 'renderer', 'gallery', 'gallery.ts'), {
    configFile: false,
  });
  const [folder = inProject('artifacts', 'gallery-pages'), only = ''] = process.argv.slice(2);
  return (await module.takePictures(folder, only)) ? 0 : 1;
});
