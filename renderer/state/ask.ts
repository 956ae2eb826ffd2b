import { create } from 'zustand';
import type { CallErrorCode, CallResult } from '../../shared/ipc.ts';

/** The last thing that did not work, told at the foot of the window until it is dismissed. */
export const callErrorStore = create<{ text: string | null }>(() => ({ text: null }));

interface CallFailure {
  code: CallErrorCode;
  message: string;
}

/** Words for an answer that never came: the main process is gone or broke off. */
const NO_ANSWER = 'Castkey did not answer. Close the window and open it again.';

/** Waits for a call and gives what it answers, or its problem in words. Never throws. */
export async function answerOf<T>(call: Promise<CallResult<T>>): Promise<{ value: T } | { problem: string }> {
  try {
    const answer = await call;
    return answer.ok ? { value: answer.value } : { problem: answer.error.message };
  } catch {
    return { problem: NO_ANSWER };
  }
}

/** Waits for a call and gives why it was refused, or null when it went well. Never throws. */
export async function failureOf(call: Promise<CallResult<unknown>>): Promise<CallFailure | null> {
  try {
    const answer = await call;
    return answer.ok ? null : answer.error;
  } catch {
    return { code: 'internal', message: NO_ANSWER };
  }
}

/** Waits for a call and gives its problem in words, or null when it went well. Never throws. */
export async function problemOf(call: Promise<CallResult<unknown>>): Promise<string | null> {
  const answer = await answerOf(call);
  return 'problem' in answer ? answer.problem : null;
}

/** Makes a call whose failure belongs to no form; true if it went well. */
export async function ask(call: Promise<CallResult<unknown>>): Promise<boolean> {
  const text = await problemOf(call);
  callErrorStore.setState({ text });
  return text === null;
}
