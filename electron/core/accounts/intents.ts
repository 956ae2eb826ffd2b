/** Which account has which intent: each intent belongs to one, an account may have many. */
import { z } from 'zod';
import { INTENT_CHARACTERS, MAX_INTENT_LENGTH } from '../../../shared/intent-name.ts';
import type { Deps } from '../ports.ts';
import { createTaskQueue } from '../task-queue.ts';

/** `intentName` as a check whose parts the protocol's schema can show. An intent is a job such as "chat". */
export const INTENT = z.string().regex(INTENT_CHARACTERS).trim().min(1).max(MAX_INTENT_LENGTH);
/** Entries rather than a record: zod drops one named `__proto__`, and a job may have any name. */
const intentTable = z.array(z.tuple([z.string(), z.string()]));

/** The table of intents. */
export interface Intents {
  /** False when there is a table that can't be read; it then counts as empty. */
  load(): Promise<boolean>;
  /** The ID of the user an intent belongs to. */
  ownerOf(intent: string): string | null;
  of(userId: string): string[];
  /**
   * Gives the user exactly what `choose` makes of what it has when its turn has come; resolves with the IDs of all whose
   * intents changed, once it is durable.
   */
  change(userId: string, choose: (own: string[]) => readonly string[]): Promise<Set<string>>;
}

/** Empty until `load`. */
export function createIntents({ documents }: Pick<Deps, 'documents'>, changed: () => void): Intents {
  let owners = new Map<string, string>();
  /** One after the other: two changes at once would each write the table without the other's. */
  const queue = createTaskQueue();
  const of = (userId: string): string[] =>
    [...owners].filter(([, owner]) => owner === userId).map(([intent]) => intent);

  async function load(): Promise<boolean> {
    const table = await readIntents(documents);
    owners = table ?? new Map();
    return table !== null;
  }

  async function change(userId: string, intents: readonly string[]): Promise<Set<string>> {
    const losers = intents.flatMap((intent) => owners.get(intent) ?? []);
    const next = new Map([...owners].filter(([, owner]) => owner !== userId));
    for (const intent of intents) next.set(intent, userId);
    await documents.write('intents', Object.fromEntries(next));
    owners = next;
    changed();
    return new Set([userId, ...losers]);
  }

  return {
    load: () => queue.run('intents', load),
    ownerOf: (intent) => owners.get(intent) ?? null,
    of,
    change: (userId, choose) => queue.run('intents', () => change(userId, choose(of(userId)))),
  };
}

/** Null when there is a table that can't be read. */
async function readIntents(documents: Deps['documents']): Promise<Map<string, string> | null> {
  const document = await documents.read('intents', (value) => tableOf(value) !== null);
  if (document.kind === 'absent') return new Map();
  return document.kind === 'read' ? tableOf(document.value) : null;
}

function tableOf(value: unknown): Map<string, string> | null {
  if (typeof value !== 'object' || value === null) return null;
  const table = intentTable.safeParse(Object.entries(value));
  return table.success ? new Map(table.data) : null;
}
