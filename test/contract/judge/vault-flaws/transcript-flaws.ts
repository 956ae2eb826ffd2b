import { codeOf, type FlawRow, fields, instead, widened } from './flaw.ts';

export const TRANSCRIPT_FLAWS: readonly FlawRow[] = [
  [
    'a refresh token',
    instead(
      (a) => 'accessToken' in fields(a.result),
      (a) => widened(a, { refreshToken: 'r' }),
    ),
    ['in all answers: no refresh token and no client secret'],
  ],
  [
    'a login before the proof',
    instead(
      (a) => codeOf(a) === 'not-paired',
      (a) => ({ ...a, login: 'alice' }),
    ),
    ['in all answers before a proof: nothing of an account'],
  ],
  [
    'not-paired as retryable',
    instead(
      (a) => codeOf(a) === 'not-paired',
      (a) => ({ ...a, error: { ...fields(a.error), data: { code: 'not-paired', retryable: true } } }),
    ),
    ['in all errors: a known code, rightly retryable'],
  ],
  [
    'result and error at once',
    instead(
      (a) => codeOf(a) === 'not-paired',
      (a) => ({ ...a, result: null }),
    ),
    ['in all answers: speaks JSON-RPC, a line at most 64 KiB'],
  ],
];
