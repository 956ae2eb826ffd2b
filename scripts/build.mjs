// npm run build: dependencies and all bundles, only what is out of date.
import { prepare } from './setup/prepare.mjs';
import { runCommand, say } from './setup/report.mjs';

await runCommand(async () => {
  await prepare({ build: true });
  say('the build is up to date');
});
