import type { CastkeyError } from './errors.ts';
import type { Host } from './host.ts';

/** Requests that wait for a connection, each at most until its deadline. */
export interface PendingRequests<T> {
  readonly size: number;
  /**
   * @param ms Milliseconds to wait at most.
   * @param tooLate The reason when nothing came.
   */
  wait(ms: number, tooLate: () => CastkeyError): Promise<T>;
  resolveAll(value: T): void;
  rejectAll(why: CastkeyError): void;
}

/** None at first; their deadlines are the host's timers. */
export function createPendingRequests<T>(host: Host): PendingRequests<T> {
  interface PendingRequest {
    readonly resolve: (value: T) => void;
    readonly reject: (why: CastkeyError) => void;
  }
  const pending = new Set<PendingRequest>();
  return {
    get size() {
      return pending.size;
    },
    wait: (ms, tooLate) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          cancel();
          pending.delete(entry);
        };
        const entry: PendingRequest = {
          resolve: (value) => {
            leave();
            resolve(value);
          },
          reject: (why) => {
            leave();
            reject(why);
          },
        };
        const cancel = host.after(Math.max(0, ms), () => entry.reject(tooLate()));
        pending.add(entry);
      }),
    resolveAll(value) {
      for (const entry of [...pending]) entry.resolve(value);
    },
    rejectAll(why) {
      for (const entry of [...pending]) entry.reject(why);
    },
  };
}
