import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Log, Peer } from '../../core/ports.ts';
import { createFingerprints } from './fingerprints.ts';
import { linuxProcess } from './linux-process.ts';
import { loadMacCalls } from './mac-calls.ts';
import { macProcess } from './mac-process.ts';
import { NO_PROCESS, type Process, UNKNOWN_PROCESS } from './process-info.ts';

/** Who is at the other end, as the system tells it. */
export interface DescribedPeer {
  peer: Peer;
  /** SHA-256 of what it runs; null where that can't be told. Slow the first time, and never rejects. */
  fingerprint(): Promise<string | null>;
}
/** Asks the system about a connection; never throws. */
export type DescribePeer = (socket: Socket) => DescribedPeer;

/** A peer of whom the system tells nothing. */
export const UNKNOWN_PEER: DescribedPeer = {
  peer: { pid: null, uid: null, ...UNKNOWN_PROCESS },
  fingerprint: NO_PROCESS.fingerprint,
};
/** `(uid_t) -1`: the socket has no peer. */
const NO_USER = 0xffffffff;
type GetSockOpt = (fd: number, level: number, option: number, into: Buffer, length: number[]) => number;

/**
 * How to learn from the system who is at the other end. It helps the streamer to recognise a bot; it is
 * no proof, as any program of the same user can dress up as another. koffi, which makes the system
 * calls, is loaded here and not before; without it nothing is known, and nothing fails.
 */
export async function createPeerLookup(log: Log): Promise<DescribePeer> {
  try {
    if (process.platform === 'linux') return quiet(await linuxLookup());
    if (process.platform === 'darwin') return quiet(await macLookup());
  } catch (error) {
    log.warn('who connects can not be told on this system', { error });
  }
  // Windows: GetNamedPipeClientProcessId needs the pipe's handle, and Node answers -1 for its number
  // there (LibuvStreamWrap::GetFD in src/stream_wrap.cc).
  return () => UNKNOWN_PEER;
}

function quiet(describe: DescribePeer): DescribePeer {
  return (socket) => {
    try {
      return describe(socket);
    } catch {
      return UNKNOWN_PEER;
    }
  };
}

const described = (pid: number, uid: number | null, { info, fingerprint }: Process): DescribedPeer => ({
  peer: { pid, uid, ...info },
  fingerprint,
});
const onlyUser = (uid: number | null): DescribedPeer => ({
  ...UNKNOWN_PEER,
  peer: { ...UNKNOWN_PEER.peer, uid },
});

/** socket(7): SO_PEERCRED gives `struct ucred { pid_t pid; uid_t uid; gid_t gid; }` as of connect(2). */
async function linuxLookup(): Promise<DescribePeer> {
  const getsockopt = await loadGetSockOpt();
  const fingerprints = createFingerprints();
  return (socket) => {
    const into = Buffer.alloc(12);
    if (getsockopt(descriptorOf(socket), 1, 17, into, [into.length]) !== 0) return UNKNOWN_PEER;
    const [pid, uid] = [into.readInt32LE(0), into.readUInt32LE(4)];
    if (uid === NO_USER) return UNKNOWN_PEER;
    // A process this one can't see, say of another container, has the number 0.
    return pid > 0 ? described(pid, uid, linuxProcess(pid, fingerprints)) : onlyUser(uid);
  };
}

/** unix(4): LOCAL_PEERPID of level SOL_LOCAL; getpeereid(3) for the user; libproc for the program. */
async function macLookup(): Promise<DescribePeer> {
  const koffi = (await import('koffi')).default;
  const getsockopt = await loadGetSockOpt();
  const getpeereid = koffi.load(null).func('int getpeereid(int, _Out_ uint32_t *, _Out_ uint32_t *)');
  const calls = await loadMacCalls();
  const fingerprints = createFingerprints();
  return (socket) => {
    const fd = descriptorOf(socket);
    const users = [0];
    const uid = getpeereid(fd, users, [0]) === 0 ? (users[0] ?? null) : null;
    const into = Buffer.alloc(4);
    if (getsockopt(fd, 0, 2, into, [into.length]) !== 0) return onlyUser(uid);
    const pid = into.readInt32LE(0);
    return described(pid, uid, macProcess(calls, pid, fingerprints));
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
