import { writeFileSync } from 'node:fs';
import { secretShapes } from './secret-shapes.mjs';

/**
 * A vitest reporter that writes what the last line of `npm test` needs to the file CASTKEY_TEST_TALLY
 * names: counts, projects that had tests, each skipped test with its reason, and each file or error that is
 * no test's fault.
 * Vitest's own JSON report leaves out the reasons and the errors outside of tests. Whatever any test prints,
 * or fails with, is searched for what looks like a secret: that is a failure of its own.
 */
export default class TallyReporter {
  leaks = [];

  onUserConsoleLog({ content }) {
    this.leaks.push(...leaksIn('printed by a test', content));
  }

  onTestRunEnd(modules, unhandledErrors) {
    const projects = [...new Set(modules.map(({ project }) => project.name))];
    const tally = { passed: 0, failed: 0, skipped: [], broken: this.leaks, projects };
    for (const module of modules) {
      countTests(module, tally);
      for (const test of module.children.allTests()) {
        for (const error of test.result().errors ?? [])
          tally.broken.push(
            ...leaksIn(`failure of ${test.fullName}`, `${error.message} ${error.diff ?? ''}`),
          );
      }
      for (const error of module.errors()) tally.broken.push(`${module.relativeModuleId}: ${error.message}`);
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors()) tally.broken.push(`${suite.fullName}: ${error.message}`);
      }
    }
    for (const error of unhandledErrors) tally.broken.push(`outside of a test: ${error.message}`);
    writeFileSync(process.env.CASTKEY_TEST_TALLY, JSON.stringify(tally, null, 2));
  }
}

const leaksIn = (where, text) =>
  secretShapes(text).map((shape) => `a secret, or what looks like one, ${where}: ${shape}`);

function countTests(module, tally) {
  for (const test of module.children.allTests()) {
    const { state, note } = test.result();
    if (state === 'passed') tally.passed += 1;
    else if (state === 'skipped')
      tally.skipped.push({ name: test.fullName, file: module.relativeModuleId, reason: note });
    else tally.failed += 1;
  }
}
