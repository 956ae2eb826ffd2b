import type { EventEmitter } from 'node:events';
import { app } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRelaunch } from '../../../electron/app/relaunch.ts';
import { followStarts, type Restart } from '../../../electron/app/restart.ts';

vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  return { app: Object.assign(new EventEmitter(), { relaunch: vi.fn() }) };
});

const { argv } = process;

beforeEach(() => {
  process.argv = ['electron', '/castkey', '--sandbox', '--ozone-platform=headless', '--await-display'];
});

afterEach(() => {
  process.argv = argv;
  vi.mocked(app.relaunch).mockClear();
  vi.unstubAllEnvs();
  (app as EventEmitter).removeAllListeners();
});

describe('starting again', () => {
  it('is the keeper’s alone, and once, though it is asked for twice', () => {
    const startAgain = vi.fn();
    const comeBack = createRelaunch({ startAgain });
    comeBack('its helpers are gone');
    comeBack('it was started while it quit');
    expect(startAgain.mock.calls).toEqual([['its helpers are gone']]);
    expect(app.relaunch).not.toHaveBeenCalled();
  });

  it('is Electron’s without a keeper: a whole AppImage, with what the person has said', () => {
    vi.stubEnv('APPIMAGE', '/apps/Castkey.AppImage');
    createRelaunch(null)('it was started while it quit');
    const expected = { execPath: '/apps/Castkey.AppImage', args: ['/castkey', '--sandbox'] };
    expect(vi.mocked(app.relaunch).mock.calls).toEqual([[expected]]);
  });
});

describe('a start of Castkey', () => {
  const never = (): never => {
    throw new Error('not now');
  };
  const restart: Restart = {
    ...{ display: 'there', now: never, comeBack: never, onDisplay: never },
    bus: { environment: never },
  };
  const startAnother = (...args: string[]) => app.emit('second-instance', {}, ['castkey', ...args], '/', {});

  it('that comes while a hidden one is under way is not lost', () => {
    const openMain = vi.fn();
    const isReady = followStarts(restart, true);
    startAnother();
    expect(openMain).not.toHaveBeenCalled();
    isReady(openMain);
    expect(openMain).toHaveBeenCalledTimes(1);
    startAnother();
    expect(openMain).toHaveBeenCalledTimes(2);
  });

  it('opens no window when it is hidden, nor when a hidden one follows', () => {
    const openMain = vi.fn();
    const isReady = followStarts(restart, true);
    startAnother('--hidden');
    isReady(openMain);
    startAnother('--hidden');
    expect(openMain).not.toHaveBeenCalled();
  });

  it('opens the window when all is ready', () => {
    const openMain = vi.fn();
    followStarts(restart, false)(openMain);
    expect(openMain).toHaveBeenCalledTimes(1);
  });
});
