/** What the streamer does with the record: search it, take it along, show it to somebody; and with notices. */
import { z } from 'zod';
import { CALL_LIMITS, type CallResult } from '../../../shared/ipc.ts';
import type { ReportView } from '../../../shared/views.ts';
import type { ActionsOf } from '../action.ts';
import { advice, good } from '../report.ts';
import { fileDialogOpen, fileNotWritten, OK, reasonOf, success } from '../result.ts';
import type { Services } from '../services.ts';
import { interruption, type VaultControl } from '../vault/vault-control.ts';
import { exportText } from './export.ts';
import { safeCopy } from './safe-copy.ts';
import { searchEntries } from './search.ts';

type ActivityServices = Pick<Services, 'accounts' | 'activity' | 'bots' | 'deps' | 'notices'>;

/** None of them shows a secret: the record holds none. */
export function activityActions(
  services: ActivityServices,
  control: Pick<VaultControl, 'isLocked' | 'isStopped'>,
): ActionsOf<'activity' | 'notice'> {
  const { deps, activity, notices } = services;
  let choosing = false;
  return {
    'activity.search': {
      arg: z.strictObject({
        text: z.string().max(CALL_LIMITS.searchText),
        before: z.int().nonnegative().exactOptional(),
      }),
      whileLocked: true,
      run: async ({ text, before }) => success(searchEntries(activity.all(), text, before)),
    },
    'activity.export': {
      arg: z.undefined(),
      whileLocked: false,
      async run() {
        if (choosing) return fileDialogOpen();
        choosing = true;
        try {
          return await exportRecord(services, control);
        } finally {
          choosing = false;
        }
      },
    },
    'activity.copySafe': {
      arg: z.undefined(),
      whileLocked: true,
      async run() {
        await deps.desktop.copy(await safeCopy(services));
        return OK;
      },
    },
    'notice.dismiss': {
      arg: z.strictObject({ id: z.int().nonnegative() }),
      whileLocked: true,
      async run({ id }) {
        notices.dismiss(id);
        return OK;
      },
    },
  };
}

async function exportRecord(
  { deps, activity }: ActivityServices,
  control: Pick<VaultControl, 'isLocked' | 'isStopped'>,
): Promise<CallResult<ReportView | null>> {
  const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
  const suggestion = `castkey-activity-${day}.csv`;
  const target = await deps.files.toWrite({ title: 'Save what happened', suggestion, kind: 'activity' });
  if (target === null) return success(null);
  const why = interruption(control);
  if (why !== null) return why;
  const entries = activity.all();
  try {
    await target.write(exportText(target.name, entries));
  } catch (error) {
    return fileNotWritten('It', reasonOf(error));
  }
  activity.add('activity.exported', 'You exported the record');
  const count = `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`;
  return success({ lines: [good(`${count} were written to ${target.name}.`), advice(NAMES)] });
}

const NAMES =
  'It holds no token, but names of accounts, bots and programs. To show it to strangers, use the copy without names instead.';
