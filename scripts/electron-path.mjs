// npm run -s electron-path: prints the absolute path of the Electron executable in use, nothing else.

import { prepare } from './setup/prepare.mjs';
import { runCommand } from './setup/report.mjs';

await runCommand(async () => {
  const { electron } = await prepare({ electron: true });
  process.stdout.write(`${electron.path}\n`);
});
