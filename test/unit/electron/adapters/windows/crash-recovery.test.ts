import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { reloadAfterCrash } from '../../../../../electron/adapters/windows/crash-recovery.ts';

function pageThatCrashes() {
  const events = new EventEmitter();
  const state = { now: 0, waits: [] as number[], reloads: 0, destroyed: false };
  const page = {
    on: (event: 'render-process-gone', listener: () => void) => events.on(event, listener),
    isDestroyed: () => state.destroyed,
    reload: () => {
      state.reloads += 1;
    },
  };
  const after = (ms: number, run: () => void): void => {
    state.waits.push(ms);
    run();
  };
  reloadAfterCrash(page, { now: () => state.now, after });
  return { state, crash: () => events.emit('render-process-gone') };
}

it('loads a page again however often it crashes, more and more patiently', () => {
  const { state, crash } = pageThatCrashes();
  for (let n = 0; n < 8; n += 1) crash();
  expect(state.reloads).toBe(8);
  expect(state.waits).toEqual([0, 500, 2000, 5000, 15_000, 60_000, 60_000, 60_000]);
});

it('is quick again for a page that held for a while', () => {
  const { state, crash } = pageThatCrashes();
  crash();
  crash();
  state.now = 60_000;
  crash();
  expect(state.waits).toEqual([0, 500, 0]);
});

it('leaves a page alone whose window was closed', () => {
  const { state, crash } = pageThatCrashes();
  state.destroyed = true;
  crash();
  expect(state.reloads).toBe(0);
});
