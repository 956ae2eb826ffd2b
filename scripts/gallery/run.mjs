// Runs inside the session that `npm run gallery` prepares: takes the pictures, by vite, since not every Node that
// Castkey runs on reads TypeScript itself.
import { runnerImport } from 'vite';
import { inProject } from '../setup/paths.mjs';

const { module } = await runnerImport(inProject('test', 'unit', 'renderer', 'gallery', 'gallery.ts'), {
  configFile: false,
});
const [folder = inProject('artifacts', 'gallery-pages'), only = ''] = process.argv.slice(2);
const empty = inProject('scripts', 'gallery', 'empty-app.mjs');
const well = await module.takePictures({ program: process.env.CASTKEY_ELECTRON, app: empty }, folder, only);
process.exitCode = well ? 0 : 1;
