import { randomUUID } from 'node:crypto';
import { app, session as sessions } from 'electron';
import { APP_ORIGIN } from '../../../shared/ipc.ts';
import { denyPermission, denyPermissionRequest } from '../../policy/permissions.ts';

/**
 * Keeps Chromium from asking anybody but Twitch for anything; called before the first session is made. Each one
 * would else fetch dictionaries from Google (`spellcheck: false` is about pages alone), and the resolver would
 * knock at a DNS provider's https door where the system's name server is one of those that Chromium knows.
 */
export function keepToOurselves(): void {
  app.on('session-created', (session) => {
    session.setSpellCheckerDictionaryDownloadURL(NOWHERE);
    session.setSpellCheckerEnabled(false);
    if (process.platform !== 'darwin') session.setSpellCheckerLanguages([]); // there the system checks spelling
  });
  app.once('ready', () => app.configureHostResolver({ secureDnsMode: 'off', enableBuiltInResolver: false }));
}

/** Nobody ever listens there: browsers refuse port 1. */
const NOWHERE = 'https://127.0.0.1:1/';

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
