/** Milliseconds before each new try, while a page goes on crashing; the last one counts for all that follow. */
const WAITS_MS = [0, 500, 2000, 5000, 15_000, 60_000];
/** A page that held for so long has recovered. */
const STEADY_MS = 60_000;

/** The part of a window's page that recovery needs. */
export type CrashingPage = Pick<Electron.WebContents, 'isDestroyed' | 'reload'> & {
  on(event: 'render-process-gone', listener: () => void): unknown;
};

interface Options {
  /** Milliseconds that only rise. */
  now(): number;
  after(ms: number, run: () => void): void;
}

const SYSTEM: Options = {
  now: () => performance.now(),
  after: (ms, run) => void setTimeout(run, ms),
};

/**
 * Loads a page again whose process has gone, however often: at once the first time, then more and more
 * patiently, as one that can't start at all must not keep the computer busy.
 */
export function reloadAfterCrash(page: CrashingPage, { now, after }: Options = SYSTEM): void {
  let crashes = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  // Whatever the reason: when it can't be told, Chromium calls it a clean exit.
  page.on('render-process-gone', () => {
    crashes = now() - lastAt < STEADY_MS ? crashes + 1 : 0;
    lastAt = now();
    after(WAITS_MS[Math.min(crashes, WAITS_MS.length - 1)] ?? 0, () => {
      if (!page.isDestroyed()) page.reload();
    });
  });
}
