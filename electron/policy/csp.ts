/**
 * What Castkey's own pages may load: their own files and nothing else. `nonce` is new for each
 * response and lets Mantine's style elements in; scripts get none, so no inline script ever runs.
 */
export function csp(nonce: string): string {
  if (!/^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(nonce)) throw new Error('not a CSP nonce');
  // Electron security rule 7
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
