import { app } from 'electron';
import { keepMemoryPrivate } from '../adapters/process/private-memory.ts';
import { keepToOurselves } from '../adapters/windows/sessions.ts';
import { dropForeignVariables } from './options.ts';

/** What holds for Castkey's processes from the first moment on, whatever they are started with. */
export async function startProcess(): Promise<void> {
  await keepMemoryPrivate(complain);
  // Electron security rule 4. Chromium won't run as root with it; --no-sandbox is how root says so.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  // Three calm windows need no graphics card: without its process there is less to attack and to go wrong.
  app.disableHardwareAcceleration();
  for (const [name, value] of SWITCHES) app.commandLine.appendSwitch(name, value);
  keepToOurselves();
  dropForeignVariables(process.env);
}

const SWITCHES: readonly (readonly [name: string, value?: string])[] = [
  // Chromium would end all of Castkey when the process that draws has crashed some times within minutes.
  ['disable-gpu-process-crash-limit'],
  // The desktop's portal answers no program whose memory is closed to it (adapters/process/private-memory.ts),
  // and its dialogs would seem cancelled: GTK's own are used. No version is that high.
  ['xdg-portal-required-version', '1000'],
  // Electron's crash reporter is never started; this keeps Chromium's out as well.
  ['disable-breakpad'],
  ['disable-crash-reporter'],
];

/** Tells whoever reads the terminal. */
export function complain(what: string): void {
  process.stderr.write(`castkey: ${what}\n`);
}
