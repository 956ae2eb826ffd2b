import { APP_ORIGIN } from '../../shared/ipc.ts';

const PICTURE = new RegExp(`^${APP_ORIGIN}/people/([0-9]{1,20})\\.png(?:\\?v=[0-9a-f]{1,64})?$`);

/** The user ID whose picture a request of Castkey's own pages means; null for everything else. */
export function resolvePicture(method: string, url: string): string | null {
  return method === 'GET' ? (PICTURE.exec(url)?.[1] ?? null) : null; // Electron security rule 18
}
