// npm run load: 128 connections ask a vault for what they may have, for 10 minutes or `-- --seconds N`. Prints
// throughput, waiting times and memory; exit code 1 on any error.
import { bundleProgram } from './build/node-program.mjs';
import { readNumbers } from './setup/arguments.mjs';
import { prepare } from './setup/prepare.mjs';
import { runNode } from './setup/process.mjs';
import { runCommand } from './setup/report.mjs';

const DEFAULT_SECONDS = 600;

await runCommand(async () => {
  const { seconds = DEFAULT_SECONDS } = readNumbers(process.argv.slice(2), ['seconds']);
  await prepare({});
  const vault = await bundleProgram('test/robustness/load/vault-program.ts');
  const program = await bundleProgram('test/robustness/load/main.ts');
  const { code } = await runNode(['--enable-source-maps', program, JSON.stringify({ vault, seconds })]);
  return code;
});
