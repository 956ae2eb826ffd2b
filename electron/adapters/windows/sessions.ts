import { randomUUID } from 'node:crypto';
import { session as sessions } from 'electron';
import { APP_ORIGIN } from '../../../shared/ipc.ts';
import { denyPermission, denyPermissionRequest } from '../../policy/permissions.ts';

/** The session of Castkey's own windows: in memory, no network, no permissions. */
export function openPageSession(): Electron.Session {
  const session = closeDown(sessions.fromPartition('castkey', { cache: false }));
  session.webRequest.onBeforeRequest({ urls: ['<all_urls>'] }, (details, answer) => {
    const own = details.url.startsWith(`${APP_ORIGIN}/`);
    answer({ cancel: !own }); // Electron security rule 1
  });
  return session;
}

/** A session that only one showing of a Twitch page uses: in memory, without permissions or downloads. */
export function openTwitchSession(): Electron.Session {
  return closeDown(sessions.fromPartition(`twitch-${randomUUID()}`));
}

function closeDown(session: Electron.Session): Electron.Session {
  session.setPermissionRequestHandler(denyPermissionRequest); // Electron security rule 5
  session.setPermissionCheckHandler(denyPermission); // Electron security rule 5
  session.setDevicePermissionHandler(denyPermission); // Electron security rule 5
  session.on('will-download', (event) => event.preventDefault());
  return session;
}
