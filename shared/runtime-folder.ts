/** Whether a folder is what the XDG base directory specification calls a runtime folder: this user's alone. */

/** What lstat(2) tells of a path: never of what a link leads to. */
export interface FolderFacts {
  readonly uid: number;
  readonly mode: number;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** Who asks, and how to look. */
export interface FolderLookup {
  /** The user's number; -1 on systems without any. */
  readonly uid: number;
  /** Null for what isn't there or can't be looked at. */
  readonly lstat: (path: string) => FolderFacts | null;
}

/**
 * Why a socket isn't looked for in this folder, as the end of a sentence; null when it is private. Whoever may write
 * in it could put a socket of their own there. The specification asks for mode 0700, and a folder that is open to read
 * is as little what a system made for it.
 */
export function notPrivate(path: string, { uid, lstat }: FolderLookup): string | null {
  const found = lstat(path);
  if (found === null) return 'it isn’t there';
  if (found.isSymbolicLink()) return 'it is a symbolic link';
  if (!found.isDirectory()) return 'it is no folder';
  if (found.uid !== uid) return 'it belongs to another user';
  if ((found.mode & 0o777) === 0o700) return null;
  return `it isn’t private (mode ${(found.mode & 0o777).toString(8)} instead of 700)`;
}
