// npm test: every test there is. `-- unit`, `-- e2e test/e2e/tray.test.ts` run a part; the last line is
// always `N passed, N failed, N skipped`.
import { prepare } from './setup/prepare.mjs';
import { runCommand, SetupError } from './setup/report.mjs';
import { RUNS, runTests } from './test/projects.mjs';
import { CHECK_STEPS, RULES_STEP, runStep } from './test/steps.mjs';

const PARTS = ['check', ...RUNS.flatMap(({ projects }) => projects)];

/** Folders whose tests are no unit tests, each with its project. */
const FOLDERS = [
  ['test/robustness/kill', 'kill'],
  ...['contract', 'robustness', 'rules', 'integration', 'e2e'].map((name) => [`test/${name}`, name]),
];

/** Which parts to run, and vitest's filters for them. A path alone chooses the project it lies in. */
function readArguments(args) {
  const named = args.filter((arg) => PARTS.includes(arg));
  const filters = args.filter((arg) => !PARTS.includes(arg));
  if (named.length > 0) return { parts: named, filters };
  if (filters.length === 0) return { parts: PARTS, filters };
  const inFolder = FOLDERS.find(([folder]) => filters.some((path) => path.includes(folder)));
  return { parts: [inFolder?.[1] ?? 'unit'], filters };
}

const total = { passed: 0, failed: 0, skipped: [], broken: [] };

function add(tally) {
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped.push(...tally.skipped);
  total.broken.push(...tally.broken);
}

/** Whether the tests of clients that are compiled are among those that vitest's filters leave. */
function concernsLanguages(filters) {
  const folder = 'test/contract/languages';
  return filters.length === 0 || filters.some((path) => path.includes(folder) || folder.includes(path));
}

async function runParts({ parts, filters }) {
  const runs = RUNS.map((run) => ({ ...run, projects: run.projects.filter((name) => parts.includes(name)) }));
  const wanted = runs.filter(({ projects }) => projects.length > 0);
  const window = wanted.some(({ sessions }) => sessions > 0);
  const toolchains = parts.includes('contract') && concernsLanguages(filters);
  const build = wanted.length > 0;
  const own = { keyring: window, apart: window };
  const ready = await prepare({ build, electron: window, window, ...own, toolchains });
  if (parts.includes('check')) {
    // The project "rules" counts each rule by itself.
    const steps = CHECK_STEPS.filter((step) => step !== RULES_STEP || !parts.includes('rules'));
    for (const step of steps) {
      const passed = await runStep(step);
      add({ passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: [], broken: [] });
    }
  }
  for (const run of wanted) {
    add(await runTests(run, { filters, session: ready.session, electron: ready.electron?.path }));
  }
}

/** Prints what needs a name, then the last line; returns the exit code. */
function summarize() {
  for (const { name, file, reason } of total.skipped) {
    process.stdout.write(`skipped: ${name} (${file}): ${reason ?? 'no reason given'}\n`);
    // A skip nobody explains is a hole in the tests.
    if (!reason) total.broken.push(`skipped without a reason: ${name}`);
  }
  for (const line of total.broken) process.stdout.write(`failed: ${line}\n`);
  const failed = total.failed + total.broken.length;
  process.stdout.write(`${total.passed} passed, ${failed} failed, ${total.skipped.length} skipped\n`);
  return failed === 0 ? 0 : 1;
}

await runCommand(async () => {
  try {
    await runParts(readArguments(process.argv.slice(2)));
  } catch (error) {
    total.broken.push(`set-up: ${error instanceof SetupError ? error.message : error.stack}`);
  }
  return summarize();
});
