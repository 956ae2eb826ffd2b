import { inProject } from '../setup/paths.mjs';
import { runNode } from '../setup/process.mjs';

const tool = (...parts) => inProject('node_modules', ...parts);
const TSC = tool('typescript', 'bin', 'tsc');

/** The rules on imports, purity, names and restricted APIs; `npm test` counts each by itself. */
export const RULES_STEP = {
  name: 'import rules',
  args: [tool('vitest', 'vitest.mjs'), 'run', '--project', 'rules', '--reporter=dot'],
};

/** The steps of `npm run check`: a name, and the Node program that must end with 0. */
export const CHECK_STEPS = [
  { name: 'types, tests included', args: [TSC, '-p', 'test/tsconfig.json'] },
  { name: 'types, main process on the shipped Electron', args: [TSC, '-p', 'electron/tsconfig.json'] },
  { name: 'types, main process on Electron 33', args: [TSC, '-p', 'electron/tsconfig.electron-33.json'] },
  { name: 'types, windows without Node', args: [TSC, '-p', 'renderer/tsconfig.json'] },
  {
    name: 'lint and format',
    args: [tool('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--colors=off', '--max-diagnostics=60', '.'],
  },
  { name: 'nothing unused', args: [tool('knip', 'bin', 'knip.js'), '--no-progress'] },
  RULES_STEP,
];

/**
 * Runs one step; prints its name and outcome, and its output only if it failed.
 *
 * @param {{name: string, args: string[]}} step
 * @returns {Promise<boolean>} whether it passed
 */
export async function runStep({ name, args }) {
  const started = Date.now();
  const { code, stdout, stderr } = await runNode(args, { cwd: inProject(), capture: true });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'pass' : 'FAIL'}  check: ${name} (${seconds} s)\n`);
  if (code !== 0) process.stdout.write(`${stdout}${stderr}\n`);
  return code === 0;
}
