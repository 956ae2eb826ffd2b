// npm run check: types for both Electrons, lint, format, unused code, import rules.
import { prepare } from './setup/prepare.mjs';
import { runCommand } from './setup/report.mjs';
import { CHECK_STEPS, runStep } from './test/steps.mjs';

await runCommand(async () => {
  await prepare({});
  let failed = 0;
  for (const step of CHECK_STEPS) if (!(await runStep(step))) failed += 1;
  process.stdout.write(`${CHECK_STEPS.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
});
