// npm run fuzz: feeds the vault and the client library rubbish until Ctrl-C. `-- --messages N`, `-- --seconds N`
// end it earlier; `-- --seed N` repeats a run. Exit code 1 when something was found.
import { bundleProgram } from './build/node-program.mjs';
import { readNumbers } from './setup/arguments.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/process.mjs';
import { runCommand } from './setup/report.mjs';

await runCommand(async () => {
  const given = readNumbers(process.argv.slice(2), ['seed', 'messages', 'seconds']);
  await prepare({});
  const program = await bundleProgram('test/robustness/fuzz/main.ts');
  const options = { seed: Date.now() % 2 ** 31, messages: null, seconds: null, ...given };
  const { code } = await runNode(['--expose-gc', '--enable-source-maps', program, JSON.stringify(options)]);
  return code;
});
