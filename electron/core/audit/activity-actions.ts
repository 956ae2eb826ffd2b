/** What the streamer does with the record: search it, take it along, show it to somebody. */
import { reasonOf } from '../accounts/store.ts';
import { OK, refuse } from '../answers.ts';
import { advice, good } from '../backup/report.ts';
import type { Parts } from '../parts.ts';
import type { VaultActions } from '../vault.ts';
import { exportText } from './exporting.ts';
import { safeCopy } from './safe-copy.ts';
import { searchEntries } from './search.ts';

type ActivityActions = Pick<VaultActions, 'activity.search' | 'activity.export' | 'activity.copySafe'>;

/** None of them shows a secret: the record holds none. */
export function createActivityActions(parts: Parts): ActivityActions {
  const { deps, activity } = parts;
  let choosing = false;

  async function exportRecord(): ReturnType<ActivityActions['activity.export']> {
    const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
    const suggestion = `castkey-activity-${day}.csv`;
    const target = await deps.files.toWrite({ title: 'Save what happened', suggestion, kind: 'activity' });
    if (target === null) return { ok: true, value: null };
    const entries = activity.all();
    try {
      await target.write(exportText(target.name, entries));
    } catch (error) {
      return refuse('storage', `It could not be written there (${reasonOf(error)}). Choose another place.`);
    }
    activity.add('activity.exported', 'You exported the record');
    const count = `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`;
    const lines = [good(`${count} were written to ${target.name}.`), advice(NAMES)];
    return { ok: true, value: { lines } };
  }

  return {
    async 'activity.search'({ text, before }) {
      return { ok: true, value: searchEntries(activity.all(), text, before) };
    },
    async 'activity.export'() {
      if (choosing) return refuse('refused', 'A file is being chosen already.');
      choosing = true;
      try {
        return await exportRecord();
      } finally {
        choosing = false;
      }
    },
    async 'activity.copySafe'() {
      await deps.desktop.copy(await safeCopy(parts));
      return OK;
    },
  };
}

const NAMES =
  'It holds no token, but names of accounts, bots and programs. To show it to strangers, use the copy without names instead.';
