import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/contract/**', 'test/integration/**', 'test/e2e/**', 'test/kill/**'],
          testTimeout: 10_000,
        },
      },
      {
        // The protocol's schema and vectors, the judge, real libraries of bots, and clients that are compiled first.
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        // Real Electron: one window system, so one file at a time.
        test: {
          name: 'e2e',
          // Windows take their time on a busy computer.
          expect: { poll: { timeout: 15_000, interval: 50 } },
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Real Electron, killed: twice at once, since one start leaves a core idle.
        test: { name: 'kill', include: ['test/kill/**/*.test.ts'], fileParallelism: false },
      },
    ],
  },
});
