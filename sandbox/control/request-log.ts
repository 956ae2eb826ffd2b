/** One request, without anything secret: paths and names are repeated only if the sandbox knows them. */
export interface LoggedRequest {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  readonly path: string;
  readonly clientId: string | null;
  readonly grantType: string | null;
  /** What was sent; null when the connection was cut or left without an answer. */
  readonly status: number | null;
  /** The fault that applied, by its kind. */
  readonly fault: string | null;
}

/** Narrows what is listed or counted; a part left out matches all. */
export type LogFilter = {
  readonly [K in 'method' | 'path' | 'clientId' | 'grantType' | 'status']?: LoggedRequest[K] | undefined;
};

/** What happened since the start or the last `clear`. */
export interface RequestLog {
  add(entry: LoggedRequest): void;
  list(filter?: LogFilter): LoggedRequest[];
  /** All requests by `METHOD path status`, also those that the list has forgotten. */
  counts(): Record<string, number>;
  clear(): void;
}

/** Requests kept one by one; the counts go on. */
const MAX_ENTRIES = 5000;

/** An empty log. */
export function openRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  const counts = new Map<string, number>();
  return {
    add: (entry) => {
      entries.push(entry);
      if (entries.length > MAX_ENTRIES) entries = entries.slice(-MAX_ENTRIES / 2);
      const key = `${entry.method} ${entry.path} ${entry.status ?? 'none'}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    list: (filter = {}) => {
      const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
      return entries.filter((entry) =>
        wanted.every(([name, value]) => entry[name as keyof LoggedRequest] === value),
      );
    },
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b))),
    clear: () => {
      entries = [];
      counts.clear();
    },
  };
}
