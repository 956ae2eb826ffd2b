import { createConnection, type Socket } from 'node:net';
import { parseJson } from '../../../shared/parse-json.ts';
import { fromSocket } from '../../javascript/src/errors.ts';
import type { Host } from '../../javascript/src/host.ts';

/** A line from the vault, as far as it is JSON. */
export interface ReceivedLine {
  readonly line: string;
  /** Undefined for a line that is no JSON. */
  readonly message: unknown;
}

/** What came for a request: the message, or that nothing did. */
export type Answer =
  | { readonly kind: 'answer'; readonly message: Record<string, unknown> }
  | { readonly kind: 'closed' }
  | { readonly kind: 'silence' };

/** One connection to the vault that is judged, bytes in hand. */
export interface Probe {
  readonly received: readonly ReceivedLine[];
  send(bytes: string | Uint8Array): void;
  /** The next message, from now on, for which `wanted` holds. */
  next(wanted: (message: Record<string, unknown>) => boolean): Promise<Answer>;
  /** Sends a request; its answer. */
  ask(method: string, params?: unknown, id?: number | string): Promise<Answer>;
  /** Whether the vault hangs up, in the time an answer may take, or in so many milliseconds. */
  hungUp(withinMs?: number): Promise<boolean>;
  close(): void;
}

interface Waiting {
  readonly wanted: (message: Record<string, unknown>) => boolean;
  readonly settle: (answer: Answer) => void;
}

/**
 * Opens a connection.
 *
 * @throws CastkeyError `vault-not-running` or `connection-lost`.
 */
export function openProbe(path: string, host: Host, answerTimeoutMs: number): Promise<Probe> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', (error) => reject(fromSocket(error, path)));
    socket.once('connect', () => resolve(startProbe(socket, host, answerTimeoutMs)));
  });
}

function startProbe(socket: Socket, host: Host, answerTimeoutMs: number): Probe {
  const received: ReceivedLine[] = [];
  const waiting = new Set<Waiting>();
  const closed = new Set<() => void>();
  let gone = false;
  let lastId = 0;
  listen(socket, (line) => {
    const message = parseJson(line);
    received.push({ line, message });
    if (!isRecord(message)) return;
    for (const { wanted, settle } of [...waiting]) if (wanted(message)) settle({ kind: 'answer', message });
  });
  socket.on('error', () => {}); // 'close' follows
  socket.on('close', () => {
    gone = true;
    for (const { settle } of [...waiting]) settle({ kind: 'closed' });
    for (const notify of closed) notify();
  });

  const next: Probe['next'] = (wanted) =>
    new Promise((resolve) => {
      const entry: Waiting = {
        wanted,
        settle(answer) {
          cancel();
          waiting.delete(entry);
          resolve(answer);
        },
      };
      const cancel = host.after(answerTimeoutMs, () => entry.settle({ kind: 'silence' }));
      if (gone) entry.settle({ kind: 'closed' });
      else waiting.add(entry);
    });

  return {
    received,
    next,
    send: (bytes) => void (gone || socket.write(bytes)),
    ask(method, params = {}, id) {
      lastId += 1;
      const own = id ?? lastId;
      const answer = next((message) => message.id === own);
      if (!gone) socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: own, method, params })}\n`);
      return answer;
    },
    hungUp: (withinMs = answerTimeoutMs) =>
      new Promise((resolve) => {
        if (gone) return resolve(true);
        const cancel = host.after(withinMs, () => resolve(false));
        closed.add(() => {
          cancel();
          resolve(true);
        });
      }),
    close: () => void socket.destroy(),
  };
}

/** Cuts lines without a limit: whether the vault keeps to it is judged later. */
function listen(socket: Socket, onLine: (line: string) => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
      onLine(held.subarray(0, end).toString());
      held = held.subarray(end + 1);
    }
  });
}

/** An object that is no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
