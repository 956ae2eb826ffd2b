import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Log, PeerFacts } from '../../core/ports.ts';
import { linuxProcess, type ProcessFacts } from './linux-process.ts';
import { printable } from './program-script.ts';

const NOBODY: PeerFacts = { pid: null, uid: null, program: null, script: null, parent: null };
/** `(uid_t) -1`: the socket has no peer. */
const NO_USER = 0xffffffff;
type Describe = (socket: Socket) => PeerFacts;
type GetSockOpt = (fd: number, level: number, option: number, into: Buffer, length: number[]) => number;

/**
 * How to learn from the system who is at the other end. It helps the streamer to recognise a bot; it is
 * no proof, as any program of the same user can dress up as another. koffi, which makes the system
 * calls, is loaded here and not before; without it nothing is known, and nothing fails.
 */
export async function createPeerLookup(log: Log): Promise<Describe> {
  try {
    if (process.platform === 'linux') return quiet(await linuxLookup());
    if (process.platform === 'darwin') return quiet(await macLookup());
  } catch (error) {
    log.warn('who connects can not be told on this system', { error });
  }
  // Windows: GetNamedPipeClientProcessId needs the pipe's handle, which Node doesn't give away.
  return () => NOBODY;
}

function quiet(describe: Describe): Describe {
  return (socket) => {
    try {
      return describe(socket);
    } catch {
      return NOBODY;
    }
  };
}

/** socket(7): SO_PEERCRED gives `struct ucred { pid_t pid; uid_t uid; gid_t gid; }` as of connect(2). */
async function linuxLookup(): Promise<Describe> {
  const getsockopt = await loadGetSockOpt();
  return (socket) => {
    const into = Buffer.alloc(12);
    if (getsockopt(descriptorOf(socket), 1, 17, into, [into.length]) !== 0) return NOBODY;
    const [pid, uid] = [into.readInt32LE(0), into.readUInt32LE(4)];
    if (uid === NO_USER) return NOBODY;
    return pid > 0 ? { pid, uid, ...linuxProcess(pid) } : { ...NOBODY, uid };
  };
}

/** unix(4): LOCAL_PEERPID of level SOL_LOCAL; getpeereid(3) for the user; libproc for the program. */
async function macLookup(): Promise<Describe> {
  const koffi = (await import('koffi')).default;
  const system = koffi.load(null);
  const getsockopt = await loadGetSockOpt();
  const getpeereid = system.func('int getpeereid(int, _Out_ uint32_t *, _Out_ uint32_t *)');
  const pidpath = system.func('int proc_pidpath(int, _Out_ uint8_t *, uint32_t)');
  const programOf = (pid: number): ProcessFacts => {
    const path = Buffer.alloc(4096);
    const length: unknown = pidpath(pid, path, path.length);
    const program =
      typeof length === 'number' && length > 0 ? printable(path.toString('utf8', 0, length)) : null;
    return { program, script: null, parent: null };
  };
  return (socket) => {
    const fd = descriptorOf(socket);
    const users = [0];
    const uid = getpeereid(fd, users, [0]) === 0 ? (users[0] ?? null) : null;
    const into = Buffer.alloc(4);
    if (getsockopt(fd, 0, 2, into, [into.length]) !== 0) return { ...NOBODY, uid };
    const pid = into.readInt32LE(0);
    return { pid, uid, ...programOf(pid) };
  };
}

async function loadGetSockOpt(): Promise<GetSockOpt> {
  const koffi = (await import('koffi')).default;
  const call = koffi.load(null).func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)');
  return (...args) => z.number().parse(call(...args));
}

const handleShape = z.object({ _handle: z.object({ fd: z.number().int().nonnegative() }) });

/** Node keeps the descriptor to itself; it has been at this place in every version since 0.10. */
function descriptorOf(socket: Socket): number {
  return handleShape.parse(socket)._handle.fd;
}
