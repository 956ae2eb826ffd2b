import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SandboxRequest } from '../http/request.ts';

/** Whether the request is carried out although its answer goes wrong: `after` loses a rotated token. */
const when = z.enum(['before', 'after']).default('before');

const effect = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.union([401, 403, 408, 429, 500, 502, 503, 504].map((code) => z.literal(code))),
    message: z.string().max(500).optional(),
    /** Seconds, sent as `Retry-After`. */
    retryAfter: z.number().int().nonnegative().optional(),
    when,
  }),
  z.strictObject({ kind: z.literal('html'), status: z.number().int().min(200).max(599).default(200), when }),
  z.strictObject({ kind: z.literal('cut-off'), when }),
  z.strictObject({
    kind: z.literal('omit'),
    field: z.string().min(1).max(100),
  }),
  z.strictObject({ kind: z.literal('replace'), fields: z.record(z.string().max(100), z.json()) }),
  z.strictObject({ kind: z.literal('reset'), when }),
  z.strictObject({ kind: z.literal('hang'), when }),
  z.strictObject({ kind: z.literal('slow'), ms: z.number().int().positive().max(600_000) }),
  z.strictObject({ kind: z.literal('invalid-refresh-token') }),
  z.strictObject({ kind: z.literal('invalid-client') }),
  z.strictObject({ kind: z.literal('missing-client-secret') }),
]);

/** What is checked of a fault that comes over HTTP; in process it is the type. */
export const faultSchema = z.strictObject({
  /** As it reads without Twurple's prefixes, e.g. `/oauth2/token`; a `*` at the end matches any rest. */
  path: z.string().startsWith('/'),
  method: z.string().toUpperCase().optional(),
  grantType: z.string().optional(),
  clientId: z.string().optional(),
  /** How many matching requests to let through first. */
  skip: z.number().int().nonnegative().default(0),
  /** How many to fail; `all` until the fault is cleared. */
  times: z.union([z.number().int().positive(), z.literal('all')]).default(1),
  effect,
});

/** A fault as it is asked for, with parts left out. */
export type NewFault = z.input<typeof faultSchema>;
/** What a fault does. */
export type FaultEffect = z.output<typeof effect>;
/** A fault in force, with what is left of `skip` and `times`. */
export type Fault = z.output<typeof faultSchema> & { readonly id: string };

/** The faults asked for and not used up yet. */
export interface Faults {
  /** Returns its ID. Throws a ZodError if it isn't one. */
  add(fault: NewFault): string;
  list(): Fault[];
  /** One by its ID, or all; how many went. */
  clear(id?: string): number;
  /**
   * The effect to have on this request, if any: that of the oldest matching fault, which loses one of its
   * `times`.
   */
  take(request: SandboxRequest): FaultEffect | undefined;
}

function matches(fault: Fault, request: SandboxRequest): boolean {
  const path = fault.path.endsWith('*')
    ? request.path.startsWith(fault.path.slice(0, -1))
    : request.path === fault.path;
  const clientId = request.param('client_id') || request.header('client-id');
  return (
    path &&
    (fault.method ?? request.method) === request.method &&
    (fault.grantType === undefined || fault.grantType === request.param('grant_type')) &&
    (fault.clientId === undefined || fault.clientId === clientId)
  );
}

/** Counts one matching request; true when the fault applies and false when it lets it through. */
function consume(fault: Fault): boolean {
  if (fault.skip > 0) {
    fault.skip -= 1;
    return false;
  }
  if (fault.times !== 'all') fault.times -= 1;
  return true;
}

/** No faults yet. */
export function openFaults(): Faults {
  const faults = new Map<string, Fault>();
  return {
    add: (asked) => {
      const fault = { ...faultSchema.parse(asked), id: randomUUID() };
      faults.set(fault.id, fault);
      return fault.id;
    },
    list: () => [...faults.values()].map((fault) => ({ ...fault })),
    clear: (id) => {
      const matching = id === undefined ? [...faults.keys()] : [id];
      return matching.filter((key) => faults.delete(key)).length;
    },
    take: (request) => {
      const fault = [...faults.values()].find((one) => matches(one, request));
      if (!fault || !consume(fault)) return undefined;
      if (fault.times === 0) faults.delete(fault.id);
      return fault.effect;
    },
  };
}
