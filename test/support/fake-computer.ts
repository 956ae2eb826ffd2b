import type { Deps, LineStore } from '../../electron/core/ports.ts';
import { redactText } from '../../electron/policy/redact.ts';
import { createFakeFiles, type FakeFiles } from './fake-file-choice.ts';
import { createFakeBox, type FakeBox } from './fake-secret-box.ts';
import {
  createFakeDesktop,
  createFakeIdle,
  createFakePresence,
  type FakeDesktop,
  type FakeIdle,
  type FakePresence,
} from './surfaces.ts';

/** What every vault asks of the computer it runs on, besides clock, disk, network and windows. */
export interface FakeComputer extends Pick<Deps, 'host' | 'logLines' | 'redact'> {
  box: FakeBox;
  desktop: FakeDesktop;
  files: FakeFiles;
  idle: FakeIdle;
  presence: FakePresence;
}

/** A computer where the vault is reached at `socketPath`. */
export function createFakeComputer(logLines: Pick<LineStore, 'tail'>, socketPath: string): FakeComputer {
  const electron = { version: '45', outdated: false };
  return {
    ...{ box: createFakeBox(), desktop: createFakeDesktop(), files: createFakeFiles() },
    ...{ idle: createFakeIdle(), presence: createFakePresence(), logLines, redact: redactText },
    host: { version: '1.2.3', electron, socketPath, system: 'linux 6', home: '/home/s' },
  };
}
