import { parseJson } from '../../../shared/parse-json.ts';
import { sanitize } from '../../javascript/src/errors.ts';
import { Failure } from '../command-errors.ts';
import type { Io } from '../io.ts';
import type { ControlCall } from './faults.ts';

/** Milliseconds a sandbox on this computer may take. */
const TIMEOUT_MS = 5_000;

/**
 * Asks a running sandbox.
 *
 * @returns What it answers, as JSON.
 * @throws Failure When nobody answers, or it says no.
 */
export async function askSandbox(
  io: Io,
  base: string,
  { method, path, body }: ControlCall,
): Promise<unknown> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const init = { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const reply = await io.fetch(`${base}${path}`, init).catch(() => {
    throw new Failure(
      'sandbox-not-running',
      `No sandbox answers at ${base}. Start one (castkey sandbox), or name the one that Castkey's banner shows: --port PORT, or CASTKEY_TWITCH.`,
    );
  });
  const text = await reply.text();
  // Whatever doesn't answer in JSON is no sandbox.
  const answer = text === '' ? {} : parseJson(text);
  if (reply.ok && answer !== undefined) return answer;
  const { message } = (answer ?? {}) as { message?: unknown };
  const why = typeof message === 'string' ? sanitize(message) : `status ${reply.status}`;
  throw new Failure('sandbox-refused', `The sandbox at ${base} says no: ${why}.`);
}
