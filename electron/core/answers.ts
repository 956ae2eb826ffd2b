/** Answers to what the streamer does in a window. */
import type { CallErrorCode, CallResult } from '../../shared/ipc.ts';
import { reasonOf } from './accounts/store.ts';
import type { Log } from './ports.ts';

/** It is done. */
export const OK: CallResult<void> = { ok: true, value: undefined };

/** It isn't, and why, in words for a person. */
export const refuse = (code: CallErrorCode, message: string): CallResult<never> => ({
  ok: false,
  error: { code, message },
});

/** Whether the disk took it; when not, why not, in words. */
export async function keptBy(log: Log, write: Promise<unknown>): Promise<CallResult<void>> {
  try {
    await write;
    return OK;
  } catch (error) {
    log.error('something could not be written', { reason: reasonOf(error) });
    return refuse('storage', 'The disk refuses to keep this. Free some space, then try again.');
  }
}
