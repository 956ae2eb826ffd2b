/** Paths of a platform, wherever they are read: pure, so that the rule of each can be tested on any of them. */

/** Whether a path means the same file whoever reads it. */
export function isAbsolute(path: string, platform: string): boolean {
  return platform === 'win32' ? /^(?:[a-z]:[\\/]|\\\\)/i.test(path) : path.startsWith('/');
}

/** A folder as it is put before a file's name; the root stays what it is. */
export function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]+$/, '') || path : path;
}
