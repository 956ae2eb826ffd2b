/** What was measured, without a secret in it. */

/** Anything that can stand in the file. */
export type Fact = string | number | boolean | null | readonly Fact[] | { readonly [name: string]: Fact };
/** Facts by step, and in it by name. */
export type Facts = Readonly<Record<string, Readonly<Record<string, Fact>>>>;

/** Collects facts, and keeps out of them what must not be in the file. */
export interface FactSheet {
  add(step: string, name: string, fact: Fact): void;
  /** A token, code, login or ID: wherever it turns up in a fact from now on, it is left out. */
  hide(secret: string): void;
  all(): Facts;
}

/** Shorter texts would blot out half of every sentence. */
const MIN_SECRET = 4;

export function createFactSheet(): FactSheet {
  const facts: Record<string, Record<string, Fact>> = {};
  const secrets = new Set<string>();
  const clean = (text: string): string =>
    [...secrets].reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
  const cleaned = (value: Fact): Fact => JSON.parse(clean(JSON.stringify(value))) as Fact;
  return {
    add(step, name, fact) {
      facts[step] = { ...facts[step], [name]: fact };
    },
    hide(secret) {
      if (secret.length < MIN_SECRET) return;
      // As it stands in JSON, which is what is searched.
      secrets.add(JSON.stringify(secret).slice(1, -1));
    },
    // At the end, since a secret may be known only after it was repeated.
    all: () => cleaned(facts) as Facts,
  };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

/** The members of an answer and their kinds: what the file holds instead of their values. */
export function membersOf(body: unknown): Fact {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return kindOf(body);
  const kinds = Object.entries(body).map(([name, value]) => [name, kindOf(value)] as const);
  return Object.fromEntries(kinds.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** An answer as a fact: its status, and its reason or its members. */
export function answerFact({ status, body }: { status: number; body: unknown }): Fact {
  const { message, error } = (body ?? {}) as { message?: unknown; error?: unknown };
  if (status < 400) return body === undefined ? { status } : { status, members: membersOf(body) };
  return {
    status,
    message: typeof message === 'string' ? message : null,
    ...(typeof error === 'string' && { error }),
  };
}

/** One fact in which two differ; undefined where one of them has none. */
export interface Difference {
  readonly step: string;
  readonly name: string;
  readonly measured: Fact | undefined;
  readonly expected: Fact | undefined;
}

/**
 * Where what was measured is not what was expected. Of a step that was not gone through to its end (`done`) only
 * what was measured is compared, of one that the other side has not gone through nothing.
 */
export function differences(
  { facts: all, done }: { facts: Facts; done: readonly string[] },
  expected: Facts,
): Difference[] {
  return Object.entries(all).flatMap(([step, facts]) => {
    const others = expected[step];
    if (others === undefined) return [];
    const names = new Set([...Object.keys(facts), ...(done.includes(step) ? Object.keys(others) : [])]);
    return [...names]
      .map((name) => ({ step, name, measured: facts[name], expected: others[name] }))
      .filter((one) => stable(one.measured) !== stable(one.expected));
  });
}

/** JSON with its members in order. */
function stable(value: Fact | undefined): string | undefined {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
