import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { inProject } from '../setup/paths.mjs';
import { run } from '../setup/process.mjs';
import { say } from '../setup/report.mjs';
import { runInSession } from '../setup/session.mjs';

const MINUTE = 60_000;
/** Vitest leaves a core to others: of two that is half. */
const WORKERS = Math.max(2, availableParallelism() - 1);

/**
 * @typedef {object} Run some vitest projects that share their workers, so that a long file holds nobody up
 * @property {string[]} projects
 * @property {number} limitMs ends a run that hangs, so that there is always a last line
 * @property {number} sessions with a display, for so many files at once that open windows; 0 for a run without Electron
 */

/** @type {Run[]} in the order they run */
export const RUNS = [
  { projects: ['unit', 'contract', 'robustness', 'rules'], limitMs: 10 * MINUTE, sessions: 0 },
  { projects: ['integration'], limitMs: 5 * MINUTE, sessions: 0 },
  { projects: ['e2e'], limitMs: 15 * MINUTE, sessions: Math.min(4, WORKERS) },
  { projects: ['kill'], limitMs: 5 * MINUTE, sessions: 1 },
];

/**
 * @typedef {object} Tally the outcome of some tests
 * @property {number} passed
 * @property {number} failed
 * @property {{name: string, file?: string, reason?: string}[]} skipped
 * @property {string[]} broken what failed outside of a test; each counts as one failure
 * @property {string[]} projects those of vitest that had tests
 */

const artifact = (name) => inProject('artifacts', 'test', name);

function command({ projects, sessions }, name, filters) {
  const vitest = inProject('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['default', 'json', inProject('scripts', 'test', 'reporter.mjs')];
  return [
    process.execPath,
    vitest,
    'run',
    ...projects.map((project) => `--project=${project}`),
    ...(sessions > 0 ? [] : [`--maxWorkers=${WORKERS}`]),
    ...reporters.map((reporter) => `--reporter=${reporter}`),
    `--outputFile.json=${artifact(`${name}.json`)}`,
    ...filters,
  ];
}

/**
 * Runs some vitest projects. A runner that crashes, hangs or leaves no report counts as a failure.
 *
 * @param {Run} run
 * @param {{filters: string[], session: object, electron?: string}} options
 * @returns {Promise<Tally>}
 */
export async function runTests({ projects, limitMs, sessions }, { filters, session, electron }) {
  const name = projects.join('-');
  const file = artifact(`${name}.tally.json`);
  await mkdir(artifact(''), { recursive: true });
  await rm(file, { force: true });
  const env = {
    ...process.env,
    CASTKEY_TEST_TALLY: file,
    ...(electron ? { CASTKEY_ELECTRON: electron } : {}),
  };
  say(`testing: ${projects.join(', ')}`);
  const [program, ...args] = command({ projects, sessions }, name, filters);
  const options = { env, timeoutMs: limitMs, cwd: inProject() };
  const code =
    sessions > 0
      ? await runInSession(session, [program, ...args], { ...options, count: sessions })
      : (await run(program, args, options)).code;
  const text = await readFile(file, 'utf8').catch(() => null);
  return judgeTally(text === null ? null : JSON.parse(text), { projects, code, filters });
}

/**
 * What to make of a runner's report, null for none: also no tests at all, and a runner that crashed or was
 * ended at its limit although no test failed, are something broken.
 */
export function judgeTally(tally, { projects, code, filters }) {
  const name = projects.join(', ');
  if (tally === null) {
    const broken = [`${name}: the test runner left no report (exit code ${code})`];
    return { passed: 0, failed: 0, skipped: [], broken };
  }
  const empty = projects.filter((project) => !tally.projects.includes(project));
  const unfound = filters.length === 0 || empty.length === projects.length ? empty : [];
  const broken = [...tally.broken, ...unfound.map((project) => `${project}: no tests were found`)];
  if (code !== 0 && tally.failed + broken.length === 0)
    broken.push(`${name}: the test runner failed (exit code ${code})`);
  return { ...tally, broken };
}
