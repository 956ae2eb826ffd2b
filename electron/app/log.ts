import { join } from 'node:path';
import { systemClock } from '../adapters/clock.ts';
import { createLog, type KeptLog } from '../adapters/files/log.ts';
import { makePrivateFolder } from '../adapters/files/private-folder.ts';

/** The log of the profile; warnings also go to the terminal Castkey was started from. */
export function openLog(home: string): KeptLog {
  const folder = join(home, 'logs');
  makePrivateFolder(folder);
  const echo = (line: string): void => void process.stderr.write(`${line}\n`);
  return createLog({ path: join(folder, 'castkey.log'), now: systemClock.now, echo });
}
