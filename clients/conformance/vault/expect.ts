import { Malformed } from '../../javascript/src/decode.ts';
import { sanitize } from '../../javascript/src/errors.ts';
import { RESULT_READERS } from '../../javascript/src/read-results.ts';
import { type Answer, isRecord } from './probe.ts';

/** What is wrong, in words; undefined if nothing is. */
export type Problem = string | undefined;

/** What came, for people; never a value that could be a token. */
export function describeAnswer(answer: Answer): string {
  if (answer.kind === 'closed') return 'the vault hung up without an answer';
  if (answer.kind === 'silence') return 'no answer';
  const { error } = answer.message;
  if (!isRecord(error)) return 'a result';
  const data = isRecord(error.data) ? error.data : {};
  return `the error ${sanitize(String(error.code))} ${sanitize(String(data.code))}`;
}

/** The answer is this error. */
export function expectError(answer: Answer, rpcCode: number, ...codes: string[]): Problem {
  const error = answer.kind === 'answer' && isRecord(answer.message.error) ? answer.message.error : {};
  const code = isRecord(error.data) ? error.data.code : undefined;
  return error.code === rpcCode && codes.some((one) => one === code) ? undefined : describeAnswer(answer);
}

/** The result of an answer; undefined if it is none. */
export function resultOf(answer: Answer): unknown {
  return answer.kind === 'answer' ? answer.message.result : undefined;
}

/** The answer has a result of this method's form. */
export function expectResult(answer: Answer, method: keyof typeof RESULT_READERS): Problem {
  if (answer.kind !== 'answer' || !('result' in answer.message)) return describeAnswer(answer);
  try {
    RESULT_READERS[method](answer.message.result, 'result');
    return undefined;
  } catch (error) {
    return error instanceof Malformed ? error.message : 'an unreadable result';
  }
}

/** The first of several answers that is wrong, with its name. */
export function firstProblem(tried: Readonly<Record<string, Problem>>): Problem {
  const found = Object.entries(tried).find(([, wrong]) => wrong !== undefined);
  return found && `${found[0]}: ${found[1]}`;
}
