/** How the streamer wants to be asked: what she chose last, and whether questions come quietly. Kept apart from settings, so that no backup brings it. */
import { z } from 'zod';
import type { EndingChoice } from '../bots/grant-end.ts';
import type { Deps } from '../ports.ts';
import { reasonOf } from '../result.ts';

/** What is remembered of it. */
export interface Asking {
  load(): Promise<void>;
  /** The choice with an end that she took last; null before the first. */
  habit(): EndingChoice | null;
  remember(choice: EndingChoice): void;
  /** She told Castkey to act as if she were live. */
  streamMode(): boolean;
  /** Durable when it resolves; rejects when the disk refuses, and then nothing is changed. */
  setStreamMode(on: boolean): Promise<void>;
}

const record = z.object({
  habit: z.enum(['until-stream-ends', 'for-8-hours']).nullable().catch(null),
  streamMode: z.boolean().catch(false),
});
type AskingRecord = z.infer<typeof record>;

const DOCUMENT = 'asking';

/** Nothing is known before `load`. */
export function createAsking(
  { documents, log }: Pick<Deps, 'documents' | 'log'>,
  changed: () => void,
): Asking {
  let known: AskingRecord = { habit: null, streamMode: false };
  async function change(part: Partial<AskingRecord>): Promise<void> {
    const next = { ...known, ...part };
    await documents.write(DOCUMENT, { version: 1, ...next });
    known = next;
    changed();
  }
  return {
    async load() {
      const document = await documents.read(DOCUMENT);
      known = record.safeParse(document.kind === 'read' ? document.value : {}).data ?? known;
    },
    habit: () => known.habit,
    remember(choice) {
      if (choice === known.habit) return;
      // A disk that refuses costs a habit, no permission.
      change({ habit: choice }).catch((error) =>
        log.warn('a habit was not kept', { reason: reasonOf(error) }),
      );
    },
    streamMode: () => known.streamMode,
    setStreamMode: (on) => change({ streamMode: on }),
  };
}
