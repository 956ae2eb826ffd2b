import type { CastkeyError } from './errors.ts';
import type { Host } from './host.ts';

/** Where requests wait for a connection, each at most until its deadline. */
export interface WaitingRoom<T> {
  readonly size: number;
  /**
   * @param ms Milliseconds to wait at most.
   * @param tooLate The reason when nothing came.
   */
  wait(ms: number, tooLate: () => CastkeyError): Promise<T>;
  admit(value: T): void;
  refuse(why: CastkeyError): void;
}

/** An empty one, whose deadlines are the host's timers. */
export function createWaitingRoom<T>(host: Host): WaitingRoom<T> {
  interface Waiting {
    readonly resolve: (value: T) => void;
    readonly reject: (why: CastkeyError) => void;
  }
  const waiting = new Set<Waiting>();
  return {
    get size() {
      return waiting.size;
    },
    wait: (ms, tooLate) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          cancel();
          waiting.delete(entry);
        };
        const entry: Waiting = {
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
        waiting.add(entry);
      }),
    admit(value) {
      for (const entry of [...waiting]) entry.resolve(value);
    },
    refuse(why) {
      for (const entry of [...waiting]) entry.reject(why);
    },
  };
}
