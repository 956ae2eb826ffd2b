import type { Want } from '../../../shared/protocol.ts';
import type { CastkeyError } from './errors.ts';
import type { Host } from './host.ts';

/** Requests that wait for a connection, each at most until its deadline. */
export interface PendingRequests<T> {
  readonly size: number;
  /** What they need a grant for, each once. */
  needs(): Want[];
  /**
   * @param ms Milliseconds to wait at most.
   * @param tooLate The reason when nothing came.
   * @param need What the request needs a grant for, if anything.
   */
  wait(ms: number, tooLate: () => CastkeyError, need?: Want): Promise<T>;
  /** Hears of each one that begins to wait. @returns How to stop listening. */
  onWait(listener: () => void): () => void;
  resolveAll(value: T): void;
  rejectAll(why: CastkeyError): void;
}

/** None at first; their deadlines are the host's timers. */
export function createPendingRequests<T>(host: Host): PendingRequests<T> {
  interface PendingRequest {
    readonly resolve: (value: T) => void;
    readonly reject: (why: CastkeyError) => void;
    readonly need: Want | undefined;
  }
  const pending = new Set<PendingRequest>();
  const listeners = new Set<() => void>();
  return {
    get size() {
      return pending.size;
    },
    needs: () => uniqueWants([...pending].map(({ need }) => need)),
    onWait(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    wait: (ms, tooLate, need) =>
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
          need,
        };
        const cancel = host.after(Math.max(0, ms), () => entry.reject(tooLate()));
        pending.add(entry);
        for (const listener of [...listeners]) listener();
      }),
    resolveAll(value) {
      for (const entry of [...pending]) entry.resolve(value);
    },
    rejectAll(why) {
      for (const entry of [...pending]) entry.reject(why);
    },
  };
}

function uniqueWants(needs: readonly (Want | undefined)[]): Want[] {
  const byText = new Map(
    needs.filter((need) => need !== undefined).map((need) => [JSON.stringify(need), need]),
  );
  return [...byText.values()];
}
