import { APP_ORIGIN } from '../../shared/ipc.ts';

/** What a browser is told of a file; an ending that isn't here is not served. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['woff2', 'font/woff2'],
]);

/** A built file that may be served. */
export interface PageFile {
  /** Path below the folder of built pages, with `/` between its parts, which are plain names. */
  path: string;
  type: string;
}

/**
 * The built file a request of Castkey's own pages means, or null for anything that is not plainly one:
 * another method, host or ending, and every spelling of a way out of the folder.
 */
export function resolvePage(method: string, url: string): PageFile | null {
  if (method !== 'GET') return null;
  if (!url.startsWith(`${APP_ORIGIN}/`)) return null;
  // Nothing Castkey builds has a name that needs escaping, so a `%` is a trick: `%2e%2e`, `%2f`, `%00`.
  const path = url.slice(APP_ORIGIN.length + 1).replace(/[?#].*$/s, '');
  const parts = path.split('/');
  // Electron security rule 18
  if (!parts.every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part))) return null;
  const type = TYPES.get(path.slice(path.lastIndexOf('.') + 1));
  return type === undefined ? null : { path, type };
}
