import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const KILL = 'test/robustness/kill/**';

/** Of `npm test`, each with a display, a bus, a keychain and a home (`runInSession` in scripts/setup/session.mjs). */
const SESSIONS = JSON.parse(process.env.CASTKEY_SESSIONS ?? '[]') as unknown[];

/** The test files below a folder. */
const testsIn = (folder: string): string[] => [`${folder}/*.test.{ts,tsx}`];

export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    projects: [
      {
        test: { name: 'unit', include: testsIn('test/unit/**'), testTimeout: 10_000 },
      },
      {
        // The protocol's schema and vectors, the judge, bots' real libraries, and clients that are compiled first.
        test: { name: 'contract', include: testsIn('test/contract/**'), testTimeout: 10_000 },
      },
      {
        // What goes wrong on purpose, and the short forms of fuzz and load.
        test: {
          name: 'robustness',
          include: testsIn('test/robustness/**'),
          exclude: [KILL],
          testTimeout: 10_000,
        },
      },
      {
        test: { name: 'rules', include: testsIn('test/rules/**'), testTimeout: 10_000 },
      },
      {
        test: {
          name: 'integration',
          include: testsIn('test/integration/**'),
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        // Real Electron: one file at a time in each session with a display.
        test: {
          name: 'e2e',
          // Windows take their time on a busy computer.
          expect: { poll: { timeout: 15_000, interval: 50 } },
          include: testsIn('test/e2e/**'),
          setupFiles: ['test/e2e/own-session.ts'],
          maxWorkers: Math.max(1, SESSIONS.length),
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Real Electron, killed: twice at once, since one start leaves a core idle.
        test: { name: 'kill', include: testsIn(KILL), fileParallelism: false },
      },
    ],
  },
});
