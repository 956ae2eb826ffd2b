import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { protocol } from 'electron';
import { csp } from '../policy/csp.ts';
import { type PageFile, resolvePage } from '../policy/resolve-page.ts';
import { resolvePicture } from '../policy/resolve-picture.ts';

/** What the built pages hold where the nonce of a response goes. */
const NONCE_PLACEHOLDER = '__CASTKEY_NONCE__';

/** Makes castkey:// a scheme with an origin, as https has one. Only before Electron is ready. */
export function declareScheme(): void {
  // Electron security rule 18
  protocol.registerSchemesAsPrivileged([{ scheme: 'castkey', privileges: { standard: true, secure: true } }]);
}

interface Pages {
  /** Of the built pages. */
  folder: string;
  /** The picture of somebody who signed in, as a PNG. */
  picture(userId: string): Promise<Uint8Array | null>;
}

/** Serves the built pages and pictures of people to the windows of a session, and nothing else. */
export function servePages(session: Electron.Session, { folder, picture }: Pages): void {
  session.protocol.handle('castkey', async (request) => {
    const userId = resolvePicture(request.method, request.url);
    if (userId !== null) return respondPicture(await picture(userId).catch(() => null));
    const file = resolvePage(request.method, request.url);
    if (file === null) return notFound();
    try {
      return await respond(file, await readFile(join(folder, file.path)));
    } catch {
      return notFound();
    }
  });
}

const headersFor = (type: string): Record<string, string> => ({
  'content-type': type,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
});

function respondPicture(bytes: Uint8Array | null): Response {
  if (bytes === null) return notFound();
  return new Response(new Uint8Array(bytes), { headers: headersFor('image/png') });
}

function respond(file: PageFile, bytes: Buffer): Response {
  const common = headersFor(file.type);
  if (!file.path.endsWith('.html')) return new Response(new Uint8Array(bytes), { headers: common });
  const nonce = randomBytes(18).toString('base64');
  const page = bytes.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce);
  return new Response(page, { headers: { ...common, 'content-security-policy': csp(nonce) } }); // Electron security rule 7
}

const notFound = (): Response => new Response(null, { status: 404 });
