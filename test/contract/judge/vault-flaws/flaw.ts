import type { Flaw, Json } from '../flawed-vault-fixture.ts';

/** A rule that is broken, how, and the checks that must fail; no other may. */
export type FlawRow = [rule: string, flaw: Flaw, checks: string[]];

export const fields = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {};
export const paramsOf = (request: Json): Json => fields(request.params);
export const codeOf = (answer: Json): unknown => fields(fields(answer.error).data).code;
export const widened = (answer: Json, more: Json): Json => ({
  ...answer,
  result: { ...fields(answer.result), ...more },
});
export const result = (answer: Json, value: unknown): Json => ({
  jsonrpc: '2.0',
  id: answer.id,
  result: value,
});
export const error = (answer: Json, code: string, rpcCode = -32000): Json => {
  const data = { code, retryable: code === 'busy' };
  return { jsonrpc: '2.0', id: answer.id, error: { code: rpcCode, message: 'no', data } };
};

/** Says something else where a condition holds. */
export const instead = (
  when: (answer: Json, request: Json, conversation: Parameters<NonNullable<Flaw['says']>>[2]) => boolean,
  say: (answer: Json) => Json | null,
): Flaw => ({
  says: (answer, request, conversation) => (when(answer, request, conversation) ? say(answer) : answer),
});
/** Hears something else. */
export const mishears = (from: string, to: string): Flaw => ({ hears: (bytes) => bytes.replace(from, to) });
export const asks = (method: string) => (_answer: Json, request: Json) => request.method === method;
export const isNumber = ({ id }: Json): boolean => typeof id === 'number';
export const times = (wanted: number, when: (answer: Json, request: Json) => boolean) => {
  let count = 0;
  return (answer: Json, request: Json): boolean => when(answer, request) && ++count === wanted;
};
export const wrongProof = (answer: Json, request: Json) =>
  codeOf(answer) === 'bad-proof' ? String(paramsOf(request).proof) : '';
export const A43 = 'A'.repeat(43);
export const NOBODY = '99999999999999999999';
