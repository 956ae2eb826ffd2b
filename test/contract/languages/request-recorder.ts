import type { PipeListener } from '../../../electron/core/ports.ts';

/** What bots said to the vault. */
export interface Overheard {
  /** Every request, in order. */
  readonly requests: { readonly method: string; readonly params: Record<string, unknown> }[];
  count(method: string): number;
  /** Settles when the next request of this method has reached the vault. */
  next(method: string): Promise<void>;
  /** Listens in on a connection. */
  between(listener: PipeListener): PipeListener;
}

/** An ear at the socket: requests are read on their way to the vault, and passed on as they are. */
export function overhear(): Overheard {
  const requests: { method: string; params: Record<string, unknown> }[] = [];
  const hoping: { method: string; resolve: () => void }[] = [];
  return {
    requests,
    count: (method) => requests.filter((request) => request.method === method).length,
    next: (method) => new Promise((resolve) => hoping.push({ method, resolve })),
    between(listener) {
      let rest = '';
      return {
        ...listener,
        data(chunk) {
          const lines = (rest + Buffer.from(chunk).toString()).split('\n');
          rest = lines.pop() ?? '';
          const said = lines.map((line) => JSON.parse(line) as Overheard['requests'][number]);
          requests.push(...said);
          listener.data(chunk);
          for (const hope of [...hoping]) {
            if (!said.some(({ method }) => method === hope.method)) continue;
            hoping.splice(hoping.indexOf(hope), 1);
            hope.resolve();
          }
        },
      };
    },
  };
}
