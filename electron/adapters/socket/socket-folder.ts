import { chmodSync, lstatSync, mkdirSync, readlinkSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';

/** Why bots can't be served at a path: a sentence for the streamer. */
export class SocketProblem extends Error {}

/** The user whose folders are trusted; tests put in others. */
export interface Owner {
  uid: number;
  gid: number;
  /** Folders below which no link may stand: they are the user's own, and links there lead elsewhere. */
  homes: readonly string[];
}

/** The user Castkey runs as, with the home and runtime folders below which no link may stand. */
export function thisUser(env: NodeJS.ProcessEnv = process.env): Owner {
  const homes = [homedir(), env.XDG_RUNTIME_DIR].filter((home) => home?.startsWith('/'));
  return {
    uid: process.getuid?.() ?? -1,
    gid: process.getgid?.() ?? -1,
    homes: homes.map((home) => resolve(home ?? '/')),
  };
}

/**
 * Refuses a folder when anybody but this user and the system could exchange it, or one above it, for
 * another: whoever can do that can put a socket of their own where bots look. Folders that aren't there
 * yet are none's, and skipped.
 */
export function checkOwnership(folder: string, owner: Owner, links = 0): void {
  const parts = resolve(folder).split(sep).slice(1);
  let at: string = sep;
  const system = new Set([0, owner.uid, lstatSync(sep).uid]); // in some containers root has another number
  for (const part of ['', ...parts]) {
    at = join(at, part);
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (!system.has(found.uid))
      throw new SocketProblem(`${at} belongs to another user, so no socket is opened below it.`);
    if (found.isSymbolicLink()) {
      refuseLink(at, found, owner, links);
      const rest = resolve(folder).slice(at.length + 1);
      return checkOwnership(join(resolve(dirname(at), readlinkSync(at)), rest), owner, links + 1);
    }
    refuseOpenFolder(at, found, owner);
  }
}

/** Links that the system made, such as /var/run, are part of it. Others lead who knows where. */
function refuseLink(at: string, { uid }: Stats, { homes }: Owner, links: number): void {
  const below = homes.some((home) => at.startsWith(home + sep));
  if (!below && uid === 0 && links < 20) return;
  throw new SocketProblem(
    `${at} is a symbolic link, so no socket is opened below it. Set CASTKEY_SOCKET to a path without one.`,
  );
}

/**
 * In a folder with the sticky bit (/tmp) others can't rename what is ours. A group of the user's own
 * (number for number the same, as most Linux systems make it) has no other members.
 */
function refuseOpenFolder(at: string, { mode, uid, gid }: Stats, owner: Owner): void {
  if ((mode & 0o1000) !== 0) return;
  const ownGroup = gid === owner.gid && gid === owner.uid && uid === owner.uid;
  if ((mode & (ownGroup ? 0o002 : 0o022)) === 0) return;
  throw new SocketProblem(
    `Other users may write in ${at}, so no socket is opened there. Run: chmod go-w "${at}"`,
  );
}

/**
 * Makes the socket's folder private, or refuses it. Whoever may write in the folder could put a socket
 * of their own there, and bots would hand it their proofs. `tighten` says that the folder is Castkey's
 * own; one that is somebody's choice is left as it is, and refused when others may write in it.
 */
export function preparePrivateFolder(folder: string, tighten: boolean, owner = thisUser()): void {
  checkOwnership(dirname(folder), owner);
  makeFolder(folder);
  const found = lstatSync(folder);
  if (found.isSymbolicLink())
    throw new SocketProblem(`The socket's folder is a symbolic link, so it is not used: ${folder}`);
  if (!found.isDirectory()) throw new SocketProblem(`The socket's folder is not a folder: ${folder}`);
  if (found.uid !== process.getuid?.())
    throw new SocketProblem(`The socket's folder belongs to another user: ${folder}`);
  if ((found.mode & 0o077) === 0) return;
  if (tighten && (found.mode & 0o1000) === 0) chmodSync(folder, 0o700);
  else if ((found.mode & 0o022) !== 0)
    throw new SocketProblem(`Other users may write in the socket's folder. Run: chmod 700 "${folder}"`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SocketProblem(`The socket's folder can't be made (${reason}).`);
  }
}
