import type { Deps, LineStore } from '../../electron/core/ports.ts';
import { redactText } from '../../electron/policy/redact.ts';
import {
  createFakeDesktop,
  createFakeIdle,
  createFakePresence,
  type FakeDesktop,
  type FakeIdle,
  type FakePresence,
} from './fake-desktop.ts';
import { createFakeFileChoice, type FakeFileChoice } from './fake-file-choice.ts';
import { createFakePictures, type FakePictures } from './fake-pictures.ts';
import { createFakeSecretBox, type FakeSecretBox } from './fake-secret-box.ts';

/** What every vault asks of the computer it runs on, besides clock, disk, network and windows. */
export interface FakeComputer extends Pick<Deps, 'host' | 'logLines' | 'redact'> {
  box: FakeSecretBox;
  desktop: FakeDesktop;
  files: FakeFileChoice;
  idle: FakeIdle;
  pictures: FakePictures;
  presence: FakePresence;
}

/** A computer where the vault is reached at `socketPath`. */
export function createFakeComputer(logLines: Pick<LineStore, 'tail'>, socketPath: string): FakeComputer {
  const electron = { version: '45', outdated: false };
  return {
    ...{ box: createFakeSecretBox(), desktop: createFakeDesktop(), files: createFakeFileChoice() },
    ...{
      idle: createFakeIdle(),
      presence: createFakePresence(),
      pictures: createFakePictures(),
      logLines,
      redact: redactText,
    },
    host: { version: '1.2.3', electron, socketPath, passedOver: [], system: 'linux 6', home: '/home/s' },
  };
}
