import { usage } from '../command-errors.ts';
import type { ControlCall } from './faults.ts';

/** A type of event, as the sandbox lists it. */
interface ListedType {
  readonly type: string;
  readonly version: string;
  readonly scopes: readonly string[];
}

/**
 * `event TYPE [USER] [FIELD=VALUE...]`: something happens. `event list` asks what there is. The sandbox knows types
 * and fields, and says what is wrong.
 */
export function eventCall(words: readonly string[]): ControlCall {
  const [type, ...rest] = words;
  if (type === undefined) throw usage('Which event? castkey sandbox event list shows them.');
  const fields = rest.filter((word) => word.includes('='));
  const [user, surplus] = rest.filter((word) => !word.includes('='));
  if (surplus !== undefined) throw usage(`"${surplus}" is not expected here.`);
  if (type === 'list') return { method: 'GET', path: '/sandbox/events' };
  const { channel, ...details } = Object.fromEntries(
    fields.map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]),
  );
  const body = { type, details, ...(user && { user }), ...(channel && { channel }) };
  return { method: 'POST', path: '/sandbox/events', body };
}

/** What the sandbox answered, for people. */
export function eventInWords(answer: unknown): string {
  if (Array.isArray(answer))
    return (answer as ListedType[])
      .map(({ type, version, scopes }) => `${type} ${version}  ${scopes.join(' or ') || 'no scope needed'}`)
      .join('\n');
  const { type, heard } = answer as { type: string; heard: number };
  return `done: ${type}, heard by ${heard} ${heard === 1 ? 'subscription' : 'subscriptions'}`;
}
