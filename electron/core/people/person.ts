import { z } from 'zod';
import { APP_ORIGIN } from '../../../shared/ipc.ts';
import type { Deps } from '../ports.ts';
import { reasonOf } from '../result.ts';

const person = z.object({
  userId: z.string(),
  displayName: z.string().nullable(),
  /** Where Twitch had the picture that is kept; null while none is. */
  pictureUrl: z.string().nullable(),
  /** Tells one picture of hers from the next. */
  pictureVersion: z.string().nullable(),
  /** When Twitch last told of her; milliseconds since 1970. */
  askedAt: z.number(),
});
/** What Twitch told of a person, as it is kept. Nothing of it is needed for anything but to be shown. */
export type Person = z.infer<typeof person>;
const table = z.object({ version: z.literal(1), people: z.array(person) });

/** How a person is shown; null for what isn't known. `picture` is the URL of the main process's own copy. */
export interface Presentation {
  displayName: string | null;
  picture: string | null;
}

/** Of somebody Twitch has not told of. */
export const NOBODY: Presentation = { displayName: null, picture: null };

/** What windows show of her. */
export function presentationOf({ userId, displayName, pictureVersion }: Person): Presentation {
  const picture = pictureVersion === null ? null : `${APP_ORIGIN}/people/${userId}.png?v=${pictureVersion}`;
  return { displayName, picture };
}

const DOCUMENT = 'people';

/** What is kept of people, by user ID; what can't be read counts as nothing, since Twitch tells it anew. */
export async function loadPeople({ documents }: Pick<Deps, 'documents'>): Promise<Map<string, Person>> {
  const stored = await documents.read(DOCUMENT, (value) => table.safeParse(value).success);
  const parsed = table.safeParse(stored.kind === 'read' ? stored.value : null);
  return new Map((parsed.data?.people ?? []).map((one) => [one.userId, one]));
}

/** Writes them down; a disk that refuses is no reason to trouble anybody. */
export async function savePeople(
  { documents, log }: Pick<Deps, 'documents' | 'log'>,
  people: Iterable<Person>,
): Promise<void> {
  try {
    await documents.write(DOCUMENT, { version: 1, people: [...people] });
  } catch (error) {
    log.warn('names of people were not written', { reason: reasonOf(error) });
  }
}
