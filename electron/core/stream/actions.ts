/** What the streamer does about being live, and with questions that wait for her without a window. */
import { z } from 'zod';
import type { Actions } from '../action.ts';
import { noQuestion, OK, stored } from '../result.ts';
import type { Services } from '../services.ts';

type StreamServices = Pick<
  Services,
  'activity' | 'approvals' | 'asking' | 'deps' | 'signIns' | 'streamWatch'
>;

/** The same in the window and in the tray: nothing of it gives anything away. */
export function streamActions(services: StreamServices): Actions<'stream.setMode' | 'question.open'> {
  const { activity, approvals, asking, deps, signIns, streamWatch } = services;
  return {
    'stream.setMode': {
      arg: z.strictObject({ on: z.boolean() }),
      whileLocked: false,
      async run({ on }) {
        if (on === asking.streamMode()) return OK;
        const saved = await stored(deps.log, asking.setStreamMode(on));
        if (!saved.ok) return saved;
        activity.add('settings.changed', `Stream mode was switched ${on ? 'on' : 'off'}`);
        streamWatch.update();
        return OK;
      },
    },
    'question.open': {
      arg: z.undefined(),
      whileLocked: true, // locking withdraws every question
      async run() {
        const opened = [approvals.open(), signIns.open()];
        return opened.includes(true) ? OK : noQuestion();
      },
    },
  };
}
