/** What the Linux kernel tells of a connected socket, called through koffi. */
import { closeSync, fstatSync, readFileSync } from 'node:fs';
import type { LibraryHandle } from 'koffi';
import { z } from 'zod';
import { loadGetSockOpt } from './get-sock-opt.ts';

/** By the number of a socket's descriptor. */
export interface LinuxCalls {
  /** Who connected; null when the kernel refuses. */
  credentials(fd: number): { pid: number; uid: number } | null;
  /** Whether the process that connected is still there; null where the kernel can't tell (before Linux 6.5). */
  isPeerAlive(fd: number): boolean | null;
  /**
   * The number of the socket at the other end, as links in /proc/PID/fd have it; 0 when it can't be found though
   * others can, as it is in another network namespace. Null where the kernel can't tell.
   */
  otherEnd(fd: number): number | null;
}

const SOL_SOCKET = 1;
const [SO_PEERCRED, SO_PEERPIDFD] = [17, 77];
/** `(uid_t) -1`: the socket has no peer. */
const NO_USER = 0xffffffff;
const ENOPROTOOPT = 92;

/** Rejects where koffi can't be loaded. */
export async function loadLinuxCalls(): Promise<LinuxCalls> {
  const koffi = (await import('koffi')).default;
  const getsockopt = await loadGetSockOpt();
  const query = loadPeerQuery(koffi.load(null));
  return {
    /** socket(7): `struct ucred { pid_t pid; uid_t uid; gid_t gid; }` as of connect(2). */
    credentials(fd) {
      const into = Buffer.alloc(12);
      if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, into, [into.length]) !== 0) return null;
      const [pid, uid] = [into.readInt32LE(0), into.readUInt32LE(4)];
      return uid === NO_USER ? null : { pid, uid };
    },
    /** A pidfd stands for the process itself, whoever gets its number later (pidfd_open(2)). */
    isPeerAlive(fd) {
      const into = Buffer.alloc(4);
      if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, into, [into.length]) !== 0)
        return koffi.errno() === ENOPROTOOPT ? null : false;
      const pidfd = into.readInt32LE(0);
      try {
        const [, pid] = /^Pid:\s*(-?\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${pidfd}`, 'utf8')) ?? [];
        return pid === undefined ? null : pid !== '-1';
      } finally {
        closeSync(pidfd);
      }
    },
    otherEnd: query,
  };
}

const AF_UNIX = 1;
const SOCK_STREAM = 1;

/** Tried on a pair of sockets first: not every kernel has it, and one that hasn't says the same as of an unknown socket. */
function loadPeerQuery(system: LibraryHandle): (fd: number) => number | null {
  const socketpair = system.func('int socketpair(int, int, int, _Out_ int *)');
  const query = loadQuery(system);
  const pair = [-1, -1];
  if (z.number().parse(socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) !== 0) return () => null;
  try {
    const [one = -1, other = -1] = pair;
    return query(one) === fstatSync(other).ino ? query : () => null;
  } finally {
    for (const fd of pair) closeSync(fd);
  }
}

const AF_NETLINK = 16;
/** SOCK_RAW and SOCK_CLOEXEC. */
const RAW_CLOEXEC = 0o2000003;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST = 1;
const MSG_DONTWAIT = 0x40;
const UDIAG_SHOW_PEER = 4;
const UNIX_DIAG_PEER = 2;
/** `struct nlmsghdr` has 16 bytes, `struct unix_diag_req` 24, `struct unix_diag_msg` 16. */
const [HEADER, REQUEST, ANSWER] = [16, 24, 16];

/** sock_diag(7): the kernel answers within send(2), so nothing is waited for. */
function loadQuery(system: LibraryHandle): (fd: number) => number {
  const socket = system.func('int socket(int, int, int)');
  const send = system.func('intptr_t send(int, uint8_t *, size_t, int)');
  const recv = system.func('intptr_t recv(int, _Out_ uint8_t *, size_t, int)');
  const count = (value: unknown): number => z.coerce.number().parse(value);
  return (fd) => {
    const request = diagRequest(fstatSync(fd).ino);
    const netlink = count(socket(AF_NETLINK, RAW_CLOEXEC, NETLINK_SOCK_DIAG));
    if (netlink < 0) return 0;
    try {
      const answer = Buffer.alloc(1024);
      if (count(send(netlink, request, request.length, 0)) !== request.length) return 0;
      return peerIn(
        answer.subarray(0, Math.max(0, count(recv(netlink, answer, answer.length, MSG_DONTWAIT)))),
      );
    } finally {
      closeSync(netlink);
    }
  };
}

function diagRequest(inode: number): Buffer {
  const request = Buffer.alloc(HEADER + REQUEST);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(SOCK_DIAG_BY_FAMILY, 4);
  request.writeUInt16LE(NLM_F_REQUEST, 6);
  request.writeUInt8(AF_UNIX, HEADER);
  request.writeUInt32LE(0xffffffff, HEADER + 4); // in whatever state
  request.writeUInt32LE(inode, HEADER + 8);
  request.writeUInt32LE(UDIAG_SHOW_PEER, HEADER + 12);
  request.fill(0xff, HEADER + 16); // no cookie
  return request;
}

/** The attribute is `u16 length, u16 type, u32 inode`; 0 when the kernel didn't find the socket. */
function peerIn(answer: Buffer): number {
  if (answer.length < HEADER + ANSWER || answer.readUInt16LE(4) !== SOCK_DIAG_BY_FAMILY) return 0;
  for (let at = HEADER + ANSWER; at + 8 <= answer.length; ) {
    const length = answer.readUInt16LE(at);
    if (answer.readUInt16LE(at + 2) === UNIX_DIAG_PEER) return answer.readUInt32LE(at + 4);
    at += Math.max(4, (length + 3) & ~3);
  }
  return 0;
}
