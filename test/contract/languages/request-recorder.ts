import type { PipeListener } from '../../../electron/core/ports.ts';

/** What bots said to the vault. */
export interface RecordedRequests {
  /** Every request, in order. */
  readonly requests: { readonly method: string; readonly params: Record<string, unknown> }[];
  count(method: string): number;
  /** Settles when the next request of this method has reached the vault. */
  next(method: string): Promise<void>;
  /** Listens in on a connection. */
  between(listener: PipeListener): PipeListener;
}

/** An ear at the socket: requests are read on their way to the vault, and passed on as they are. */
export function recordRequests(): RecordedRequests {
  const requests: { method: string; params: Record<string, unknown> }[] = [];
  const expected: { method: string; resolve: () => void }[] = [];
  return {
    requests,
    count: (method) => requests.filter((request) => request.method === method).length,
    next: (method) => new Promise((resolve) => expected.push({ method, resolve })),
    between(listener) {
      let rest = '';
      return {
        ...listener,
        data(chunk) {
          const lines = (rest + Buffer.from(chunk).toString()).split('\n');
          rest = lines.pop() ?? '';
          const said = lines.map((line) => JSON.parse(line) as RecordedRequests['requests'][number]);
          requests.push(...said);
          listener.data(chunk);
          for (const expectation of [...expected]) {
            if (!said.some(({ method }) => method === expectation.method)) continue;
            expected.splice(expected.indexOf(expectation), 1);
            expectation.resolve();
          }
        },
      };
    },
  };
}
