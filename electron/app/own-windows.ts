import { join } from 'node:path';
import { app, nativeImage } from 'electron';
import { servePages } from '../adapters/scheme.ts';
import { hardenEveryPage } from '../adapters/windows/harden.ts';
import { openPageSession } from '../adapters/windows/sessions.ts';
import { createWindowSet, type WindowSet } from '../adapters/windows/window-set.ts';
import { ROLE_FLAG } from '../ipc/channels.ts';

/** Castkey's windows, with their pages, their preload and the rules every page keeps; `icon` is a data URL. */
export function prepareWindows(icon: string): WindowSet {
  const built = join(app.getAppPath(), 'dist');
  const session = openPageSession();
  servePages(session, join(built, 'renderer'));
  hardenEveryPage();
  return createWindowSet({
    session,
    preload: join(built, 'preload', 'preload.cjs'),
    roleFlag: ROLE_FLAG,
    icon: nativeImage.createFromDataURL(icon),
  });
}
