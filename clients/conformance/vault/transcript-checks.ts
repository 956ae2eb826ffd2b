import { LIMITS, WIRE_ERROR_CODES } from '../../../shared/protocol.ts';
import { sanitize } from '../../javascript/src/errors.ts';
import type { Check, CheckContext } from './check-context.ts';
import type { Problem } from './expect.ts';
import { isRecord, type ReceivedLine } from './probe.ts';

/** Codes after which the same request may succeed later (§7). */
const RETRYABLE = new Set([
  'approval-timeout',
  'consent-timeout',
  'locked',
  'twitch-unreachable',
  'rate-limited',
  'busy',
  'shutting-down',
  'internal',
]);

const all = ({ transcript }: CheckContext): ReceivedLine[] => transcript.flatMap(({ received }) => received);

function envelopeProblem({ line, message }: ReceivedLine): Problem {
  if (Buffer.byteLength(line) + 1 > LIMITS.lineBytes) return 'a line over 64 KiB';
  if (!isRecord(message) || message.jsonrpc !== '2.0') return 'a line that is no JSON-RPC 2.0';
  if (message.method !== undefined) return 'id' in message ? 'a request from the vault' : undefined;
  if (!('id' in message)) return 'an answer without id';
  return 'result' in message === 'error' in message
    ? 'an answer with not one of result and error'
    : undefined;
}

function errorProblem({ message }: ReceivedLine): Problem {
  if (!isRecord(message) || !('error' in message)) return undefined;
  const { error } = message;
  if (!isRecord(error) || !Number.isInteger(error.code) || typeof error.message !== 'string') {
    return 'an error without code or message';
  }
  if (!isRecord(error.data)) return 'an error without data';
  const { code, retryable } = error.data;
  if (!WIRE_ERROR_CODES.some((known) => known === code)) return `the code ${sanitize(String(code))}`;
  if (retryable === RETRYABLE.has(String(code))) return undefined;
  return `${String(code)} with retryable: ${String(retryable)}`;
}

/** Names under which a secret would travel, anywhere in a message. */
function secretIn(value: unknown): Problem {
  if (Array.isArray(value)) return value.map(secretIn).find((found) => found !== undefined);
  if (!isRecord(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (/refresh_?token|client_?secret$/i.test(name) && typeof inner === 'string')
      return `a text called ${name}`;
    const found = secretIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

const ACCOUNT_FIELDS = ['users', 'userId', 'login', 'scope', 'intents', 'accessToken', 'clientId'];

function accountIn(value: unknown): Problem {
  if (Array.isArray(value)) return value.map(accountIn).find((found) => found !== undefined);
  if (!isRecord(value)) return undefined;
  const told = Object.keys(value).find((name) => ACCOUNT_FIELDS.includes(name));
  return (
    told ??
    Object.values(value)
      .map(accountIn)
      .find((found) => found !== undefined)
  );
}

const first = <T>(list: readonly T[], problem: (one: T) => Problem): Problem =>
  list.map(problem).find((found) => found !== undefined);

/** What holds for everything the vault has said by the end. */
export const TRANSCRIPT_CHECKS: readonly Check[] = [
  [
    '§2',
    'in all answers: speaks JSON-RPC, a line at most 64 KiB',
    async (context) => first(all(context), envelopeProblem),
  ],
  [
    '§7',
    'in all errors: a known code, rightly retryable',
    async (context) => first(all(context), errorProblem),
  ],
  [
    '§4',
    'in all answers: no refresh token and no client secret',
    async (context) => first(all(context), ({ message }) => secretIn(message)),
  ],
  [
    '§3',
    'in all answers before a proof: nothing of an account',
    async ({ transcript }) => {
      const before = transcript
        .filter(({ authenticated }) => !authenticated)
        .flatMap(({ received }) => received);
      return first(before, ({ message }) => accountIn(message));
    },
  ],
];
