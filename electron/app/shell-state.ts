import { join } from 'node:path';
import { z } from 'zod';
import type { DocumentStore, Log } from '../core/ports.ts';
import { openDocuments } from './storage.ts';

const sizeShape = z.object({ width: z.int().min(200).max(20_000), height: z.int().min(200).max(20_000) });
const shellStateShape = z.object({
  sandbox: z.boolean().catch(false),
  size: sizeShape.nullable().catch(null),
});
type Remembered = z.infer<typeof shellStateShape>;

/** What the shell itself remembers from one start to the next, for the profile as a whole. */
export interface ShellState {
  read(): Remembered;
  change(part: Partial<Remembered>): Promise<void>;
}

const DOCUMENT = 'shell';

/** Reads it; what can't be read is forgotten, for nothing of it is worth a failed start. */
export async function openShellState(home: string, log: Log): Promise<ShellState> {
  const store: DocumentStore = openDocuments(join(home, 'shell'), log);
  const stored = await store.read(DOCUMENT).catch(() => null);
  const value = stored?.kind === 'read' ? stored.value : {};
  let remembered = shellStateShape.safeParse(value).data ?? { sandbox: false, size: null };
  return {
    read: () => remembered,
    change: async (part) => {
      remembered = { ...remembered, ...part };
      await store
        .write(DOCUMENT, remembered)
        .catch((error: unknown) => log.warn('the shell could not remember something', { error }));
    },
  };
}
