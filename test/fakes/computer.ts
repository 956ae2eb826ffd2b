import type { Deps, Host, LineStore } from '../../electron/core/ports.ts';
import { redactText } from '../../electron/policy/redact.ts';
import { createFakeIdle, createFakePresence, type FakeIdle, type FakePresence } from './surfaces.ts';

/** What every vault asks of the computer it runs on, besides disk, network and windows. */
export type FakeComputer = Pick<Deps, 'logLines' | 'redact'> & { idle: FakeIdle; presence: FakePresence };

export function createFakeComputer(logLines: Pick<LineStore, 'tail'>): FakeComputer {
  return { idle: createFakeIdle(), presence: createFakePresence(), logLines, redact: redactText };
}

export function fakeHost(socketPath: string): Host {
  const electron = { version: '45', outdated: false };
  return { version: '1.2.3', electron, socketPath, system: 'linux 6', home: '/home/s' };
}
