import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Log, Peer } from '../../core/ports.ts';
import { connectionOf } from './connection-holder.ts';
import { createFarLane } from './far-lane.ts';
import { createFileComparison } from './file-comparison.ts';
import { createFingerprints } from './fingerprints.ts';
import { type GetSockOpt, loadGetSockOpt } from './get-sock-opt.ts';
import { type LinuxCalls, loadLinuxCalls } from './linux-calls.ts';
import { type FileReaders, linuxProcess } from './linux-process.ts';
import { loadMacCalls } from './mac-calls.ts';
import { macProcess } from './mac-process.ts';
import { NO_PROCESS, type Process, UNKNOWN_PROCESS } from './process-info.ts';

/** Who is at the other end, as the system tells it. */
export interface DescribedPeer {
  peer: Peer;
  /** SHA-256 of what it runs; null where that can't be told. Slow the first time, and never rejects. */
  fingerprint(): Promise<string | null>;
  /** The same as of now, and what can't be told at once. Never rejects, and takes some seconds at most. */
  lookAgain(): Promise<Peer>;
}
/** Asks the system about a connection; never throws. */
export type DescribePeer = (socket: Socket) => DescribedPeer;

const UNKNOWN = { pid: null, uid: null, ...UNKNOWN_PROCESS, otherFile: null, connection: null, late: false };
/** A peer of whom the system tells nothing. */
export const UNKNOWN_PEER: DescribedPeer = {
  peer: UNKNOWN,
  lookAgain: async () => UNKNOWN,
  fingerprint: NO_PROCESS.fingerprint,
};

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

/** Everything but `lookAgain`, which is the same on all systems. */
interface Look {
  pid: number | null;
  uid: number | null;
  process: Process;
  /** Where the other end of the connection is. */
  connection(): Peer['connection'];
}
const NOBODY: Look = { pid: null, uid: null, process: NO_PROCESS, connection: () => null };

/** Facts that go together: when another program took over meanwhile, nothing is told of either. */
function described(look: (connectionFirst?: boolean) => Look): DescribedPeer {
  const first = look(true);
  const atFirst = first.connection();
  return {
    peer: peerOf(first),
    fingerprint: first.process.fingerprint,
    lookAgain: oneAtATime(async () => {
      try {
        const { process, connection, ...who } = look();
        const found = { connection: worseOf(atFirst, connection()), otherFile: await process.otherFile() };
        const after = look();
        const same = after.pid === who.pid && after.process.info.run === process.info.run;
        return same ? { ...peerOf(after), ...found } : peerOf(NOBODY);
      } catch {
        return peerOf(NOBODY); // the connection is over
      }
    }),
  };
}

/** A program can make a connection it was left look like one of its own, but not before it has started. */
function worseOf(atFirst: Peer['connection'], now: Peer['connection']): Peer['connection'] {
  return now === 'own' && atFirst !== null ? (atFirst === 'own' ? 'own' : 'inherited') : now;
}

/** However many ask: one look runs, and one more is to come, so that each is told what was so after it asked. */
function oneAtATime<T>(look: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  let coming: Promise<T> | null = null;
  const start = (): Promise<T> => {
    coming = null;
    running = look().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (running === null) return start();
    coming ??= running.then(start, start);
    return coming;
  };
}

function peerOf({ pid, uid, process }: Look): Peer {
  return { pid, uid, ...process.info, otherFile: null, connection: null, late: false };
}

/** SO_PEERCRED and what else the kernel tells of a socket; /proc for the program. */
async function linuxLookup(): Promise<DescribePeer> {
  const calls = await loadLinuxCalls();
  const far = createFarLane();
  const files = { fingerprints: createFingerprints(far), sameFile: createFileComparison(far) };
  warmUp(calls, files);
  return (socket) =>
    described((connectionFirst = false) => {
      const fd = descriptorOf(socket);
      const who = calls.credentials(fd);
      if (who === null) return NOBODY;
      const { pid, uid } = who;
      const connection = (): Peer['connection'] => linuxConnection(calls, fd, pid);
      const seen = connectionFirst ? connection() : null;
      // A process this one can't see, say of another container, has the number 0.
      const process = pid > 0 ? linuxProcess(pid, files) : NO_PROCESS;
      // Another one may have its number by now.
      if (pid <= 0 || calls.isPeerAlive(fd) === false) return { ...NOBODY, uid };
      return { pid, uid, process, connection: () => seen ?? connection() };
    });
}

/** What runs for the first time takes many milliseconds, and whoever connects first may use them to exchange itself. */
function warmUp(calls: LinuxCalls, files: FileReaders): void {
  for (let turn = 0; turn < 3; turn += 1) {
    calls.credentials(0);
    connectionOf(process.pid, 0);
    linuxProcess(process.pid, files);
  }
}

function linuxConnection(calls: LinuxCalls, fd: number, pid: number): Peer['connection'] {
  const otherEnd = calls.otherEnd(fd);
  if (otherEnd === null) return null;
  // Its network is its own, as in a container: then nothing more can be told.
  return otherEnd === 0 ? 'inherited' : connectionOf(pid, otherEnd);
}

/** unix(4): LOCAL_PEERPID of level SOL_LOCAL; getpeereid(3) for the user; libproc for the program. */
async function macLookup(): Promise<DescribePeer> {
  const koffi = (await import('koffi')).default;
  const getsockopt = await loadGetSockOpt();
  const getpeereid = koffi.load(null).func('int getpeereid(int, _Out_ uint32_t *, _Out_ uint32_t *)');
  const calls = await loadMacCalls();
  const fingerprints = createFingerprints(createFarLane());
  return (socket) =>
    described(() => {
      const fd = descriptorOf(socket);
      const users = [0];
      const uid = getpeereid(fd, users, [0]) === 0 ? (users[0] ?? null) : null;
      const into = Buffer.alloc(4);
      if (getsockopt(fd, 0, 2, into, [into.length]) !== 0) return { ...NOBODY, uid };
      const pid = into.readInt32LE(0);
      const process = macProcess(calls, pid, fingerprints);
      const run = process.info.run && `${process.info.run}.${macRunVersion(getsockopt, fd)}`;
      return { ...NOBODY, pid, uid, process: { ...process, info: { ...process.info, run } } };
    });
}

/**
 * LOCAL_PEERTOKEN gives an `audit_token_t`, eight 32-bit numbers; the last is raised with every process and every execve
 * (p_idversion in XNU's kern_exec.c). Empty on systems before it.
 */
function macRunVersion(getsockopt: GetSockOpt, fd: number): string {
  const token = Buffer.alloc(32);
  return getsockopt(fd, 0, 6, token, [token.length]) === 0 ? String(token.readUInt32LE(28)) : '';
}

const handleShape = z.object({ _handle: z.object({ fd: z.number().int().nonnegative() }) });

/** Node keeps the descriptor to itself; it has been at this place in every version since 0.10. */
function descriptorOf(socket: Socket): number {
  return handleShape.parse(socket)._handle.fd;
}
