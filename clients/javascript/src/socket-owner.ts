import { readFileSync, statSync } from 'node:fs';
import { CastkeyError } from './errors.ts';

/**
 * Why a vault says nothing: it serves its own user alone. Root may open anybody's socket, and so finds out only
 * by this. Undefined for a socket of this user's, and on Windows.
 */
export function ofAnotherUser(path: string): CastkeyError | undefined {
  const own = process.getuid?.();
  const owner = ownerOf(path);
  if (own === undefined || owner === undefined || owner === own) return undefined;
  const name = nameOf(owner);
  const what =
    `The vault at ${path} belongs to the user ${name}, and serves nobody else, not even root. ` +
    `Run this as ${name}, or name another vault with CASTKEY_SOCKET.`;
  return new CastkeyError('vault-not-running', what, { retryable: false });
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined; // gone meanwhile: then that is the trouble
  }
}

/** The number where the system lists its users elsewhere. */
function nameOf(uid: number): string {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return (
      lines.map((line) => line.split(':')).find((fields) => fields[2] === String(uid))?.[0] ?? String(uid)
    );
  } catch {
    return String(uid);
  }
}
