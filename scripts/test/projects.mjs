import { mkdir, readFile, rm } from 'node:fs/promises';
import { inProject } from '../setup/places.mjs';
import { run } from '../setup/process.mjs';
import { say } from '../setup/report.mjs';
import { runInSession } from '../setup/session.mjs';

const MINUTE = 60_000;

/** The vitest projects in the order they run. A limit ends a run that hangs, so there is always a last line. */
export const PROJECTS = [
  { name: 'unit', limitMs: 10 * MINUTE, window: false },
  { name: 'contract', limitMs: 10 * MINUTE, window: false },
  { name: 'integration', limitMs: 5 * MINUTE, window: false },
  { name: 'e2e', limitMs: 15 * MINUTE, window: true },
  { name: 'kill', limitMs: 5 * MINUTE, window: true },
];

/**
 * @typedef {object} Tally the outcome of some tests
 * @property {number} passed
 * @property {number} failed
 * @property {{name: string, file?: string, reason?: string}[]} skipped
 * @property {string[]} broken what failed outside of a test; each counts as one failure
 */

const artifact = (name) => inProject('artifacts', 'test', name);

function command(project, filters) {
  const vitest = inProject('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['default', 'json', inProject('scripts', 'test', 'reporter.mjs')];
  return [
    process.execPath,
    vitest,
    'run',
    ...['--project', project.name],
    ...reporters.map((name) => `--reporter=${name}`),
    `--outputFile.json=${artifact(`${project.name}.json`)}`,
    ...filters,
  ];
}

/**
 * Runs one vitest project. A runner that crashes, hangs or leaves no report counts as a failure.
 *
 * @param {(typeof PROJECTS)[number]} project
 * @param {{filters: string[], session: object, electron?: string}} options
 * @returns {Promise<Tally>}
 */
export async function runProject(project, { filters, session, electron }) {
  const file = artifact(`${project.name}.tally.json`);
  await mkdir(artifact(''), { recursive: true });
  await rm(file, { force: true });
  const env = {
    ...process.env,
    CASTKEY_TEST_TALLY: file,
    ...(electron ? { CASTKEY_ELECTRON: electron } : {}),
  };
  say(`testing: ${project.name}`);
  const [program, ...args] = command(project, filters);
  const code = project.window
    ? await runInSession(session, [program, ...args], { env, timeoutMs: project.limitMs, cwd: inProject() })
    : (await run(program, args, { env, timeoutMs: project.limitMs, cwd: inProject() })).code;
  return await readTally(file, project.name, code);
}

async function readTally(file, name, code) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    return {
      passed: 0,
      failed: 0,
      skipped: [],
      broken: [`${name}: the test runner left no report (exit code ${code})`],
    };
  }
  const tally = JSON.parse(text);
  const failures = tally.failed + tally.broken.length;
  if (tally.passed + tally.skipped.length + failures === 0) tally.broken.push(`${name}: no tests were found`);
  else if (code !== 0 && failures === 0)
    tally.broken.push(`${name}: the test runner failed (exit code ${code})`);
  return tally;
}
