/** Answers to what the streamer does in a window. */
import type { CallErrorCode, CallResult } from '../../shared/calls.ts';

/** It is done. */
export const OK: CallResult<void> = { ok: true, value: undefined };

/** It isn't, and why, in words for a person. */
export const refuse = (code: CallErrorCode, message: string): CallResult<never> => ({
  ok: false,
  error: { code, message },
});
