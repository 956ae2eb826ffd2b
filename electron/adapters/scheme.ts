import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { protocol } from 'electron';
import { csp } from '../policy/csp.ts';
import { type PageFile, resolvePage } from '../policy/resolve-page.ts';

/** What the built pages hold where the nonce of a response goes. */
const NONCE_PLACEHOLDER = '__CASTKEY_NONCE__';

/** Makes castkey:// a scheme with an origin, as https has one. Only before Electron is ready. */
export function declareScheme(): void {
  // Electron security rule 18
  protocol.registerSchemesAsPrivileged([{ scheme: 'castkey', privileges: { standard: true, secure: true } }]);
}

/** Serves the built pages of a folder to the windows of a session, and nothing else. */
export function servePages(session: Electron.Session, folder: string): void {
  session.protocol.handle('castkey', async (request) => {
    const file = resolvePage(request.method, request.url);
    if (file === null) return notFound();
    try {
      return await respond(file, await readFile(join(folder, file.path)));
    } catch {
      return notFound();
    }
  });
}

function respond(file: PageFile, bytes: Buffer): Response {
  const common = {
    'content-type': file.type,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
  if (!file.path.endsWith('.html')) return new Response(new Uint8Array(bytes), { headers: common });
  const nonce = randomBytes(18).toString('base64');
  const page = bytes.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce);
  return new Response(page, { headers: { ...common, 'content-security-policy': csp(nonce) } }); // Electron security rule 7
}

const notFound = (): Response => new Response(null, { status: 404 });
