// npm run field-test: measures the real Twitch, with a person's help, and says where the sandbox is another
// (docs/real-twitch.md). In this process, which has the terminal; Ctrl-C leaves what was measured so far.
import { pathToFileURL } from 'node:url';
import { bundleProgram } from './build/node-program.mjs';
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand } from './setup/report.mjs';

await runCommand(async () => {
  await prepare({});
  const program = await bundleProgram('test/field/main.ts');
  const { fieldTest } = await import(pathToFileURL(program).href);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
  const code = await fieldTest({
    argv: process.argv.slice(2),
    folder: inProject('artifacts'),
    input: process.stdin,
    output: process.stdout,
    signal: stop.signal,
  });
  // A request that was left in the middle must not hold the process.
  process.exit(code);
});
