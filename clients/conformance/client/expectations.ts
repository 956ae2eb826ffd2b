import { sanitize } from '../../javascript/src/errors.ts';
import type { ClientConnection } from './client-connection.ts';
import type { RunEnd } from './run-command.ts';
import type { TestData } from './vault-behaviour.ts';

/** One run of the judged command, when it is over. */
export interface Run {
  readonly ended: RunEnd;
  readonly connections: readonly ClientConnection[];
  readonly data: TestData;
  /** The key file before and after; undefined where there was none. */
  readonly keyFile: { readonly before: string | undefined; readonly after: string | undefined };
  /** Permission bits of the key file afterwards; undefined where systems have none. */
  readonly mode: number | undefined;
  /** Everything in the folder of this run afterwards, the files' contents one behind the other. */
  readonly left: string;
}

/** @returns What is wrong with the run, in words; undefined if nothing is. */
export type Expectation = (run: Run) => string | undefined;

const quote = (text: string): string => JSON.stringify(sanitize(text).slice(0, 160));

/** How the run ended, for people. */
export function describeEnd({ code, out, err, late, unstarted }: RunEnd): string {
  if (unstarted !== undefined) return `the command could not be started (${unstarted})`;
  if (late) return 'it was still running when its time was over';
  return `exit code ${code}, ${quote(out)} on the standard output, ${quote(err)} on the error output`;
}

/** It succeeded: the token on a line of its own, and nothing else. */
export const printsToken: Expectation = ({ ended, data }) => {
  if (ended.code === 0 && /^[^\r\n]*\r?\n?$/.test(ended.out) && ended.out.trimEnd() === data.accessToken)
    return;
  return ended.code === 0 && ended.out.includes(data.accessToken)
    ? 'the token, but not alone on one line'
    : describeEnd(ended);
};

/** It failed in good order, and told one of these codes, if any are given. */
export function fails(...codes: string[]): Expectation {
  return ({ ended }) => {
    const failed =
      ended.code !== 0 && ended.code !== null && ended.out.trim() === '' && ended.err.trim() !== '';
    const told = codes.length === 0 || codes.some((code) => ended.err.includes(code));
    return failed && told ? undefined : describeEnd(ended);
  };
}

/** It either printed the token or failed in good order. */
export const endsWell: Expectation = (run) => (printsToken(run) === undefined ? undefined : fails()(run));

/** Nothing it wrote commands a terminal. */
export const saysNoCommands: Expectation = ({ ended }) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(`${ended.out}${ended.err}`.replaceAll('\r\n', '\n'))
    ? describeEnd(ended)
    : undefined;

/** It said hello with its key, and not one word more. */
export const saysOnlyHello: Expectation = ({ connections }) => {
  if (!connections.some(({ requests }) => requests[0]?.method === 'hello')) return 'it never said hello';
  const more = connections.flatMap(({ requests }) => requests.slice(1));
  return more.length === 0 ? undefined : `it went on with ${more.map(({ method }) => method).join(', ')}`;
};

/** It called these methods, in this order, whatever else it asked. */
export function callsInOrder(...methods: string[]): Expectation {
  return ({ connections }) => {
    const called = connections.flatMap(({ requests }) => requests.map(({ method }) => method));
    let from = 0;
    for (const method of methods) {
      const at = called.indexOf(method, from);
      if (at === -1) return `it called ${called.join(', ') || 'nothing'}`;
      from = at + 1;
    }
    return undefined;
  };
}

/** It called none of these. */
export function neverCalls(...methods: string[]): Expectation {
  return ({ connections }) => {
    const called = connections.flatMap(({ requests }) => requests.map(({ method }) => method));
    const wrong = called.filter((method) => methods.includes(method));
    return wrong.length === 0 ? undefined : `it called ${wrong.join(', ')}`;
  };
}

/** Each of its hellos is as §3 has it. */
export const helloIsRight: Expectation = ({ connections }) => {
  const hellos = connections.flatMap(({ requests }) => requests.filter(({ method }) => method === 'hello'));
  if (hellos.length === 0) return 'it never said hello';
  for (const { params } of hellos) {
    const { protocol, client, nonce } = params;
    if (protocol !== 1) return `protocol ${JSON.stringify(protocol)}`;
    const name =
      typeof client === 'object' && client !== null ? (client as { name?: unknown }).name : undefined;
    if (typeof name !== 'string' || name.trim() === '' || name.length > 64)
      return 'no client.name of 1 to 64 characters';
    if (typeof nonce !== 'string' || !/^[A-Za-z0-9_-]{22,86}$/.test(nonce))
      return 'a nonce that is not 16 to 64 bytes in base64url';
  }
  return undefined;
};

/** It asked for the right token. */
export const asksForToken: Expectation = ({ connections, data }) => {
  const asked = connections.flatMap((connection) =>
    connection.requests.filter(({ method }) => method === 'getAccessTokenForUser'),
  );
  const last = asked.at(-1);
  if (last === undefined) return 'it never called getAccessTokenForUser';
  if (last.params.user !== data.userId) return `user is ${JSON.stringify(last.params.user)}`;
  const right = JSON.stringify(last.params.scopeSets) === '[["chat:read"]]';
  return right ? undefined : `scopeSets is ${JSON.stringify(last.params.scopeSets)}`;
};

/** The key file is as it was before. */
export const leavesKeyFile: Expectation = ({ keyFile }) =>
  keyFile.before === keyFile.after ? undefined : 'the key file was changed';

/** Only its owner can read the key file. */
export const keepsKeyPrivate: Expectation = ({ keyFile, mode }) => {
  if (keyFile.after === undefined) return 'there is no key file';
  if (mode === undefined || (mode & 0o077) === 0) return undefined;
  return `its mode is 0${(mode & 0o777).toString(8)}`;
};

/** The key file has the form that all clients share. */
export const keepsKeyForm: Expectation = ({ keyFile, data }) => {
  try {
    const { version, name, keyId, key } = JSON.parse(keyFile.after ?? '') as Record<string, unknown>;
    const known = typeof keyId === 'string' ? data.keys.get(keyId) : undefined;
    if (version !== 1 || typeof name !== 'string') return 'no version 1, or no name';
    return known?.toString('base64url') === key ? undefined : 'no keyId, or not its key in base64url';
  } catch {
    return keyFile.after === undefined ? 'there is no key file' : 'it is no JSON';
  }
};

/** Both of two expectations; the first that is wrong is told. */
export function both(first: Expectation, second: Expectation): Expectation {
  return (run) => first(run) ?? second(run);
}

/** Whatever became of the key file, the key it had is still there. */
export const keepsOldKey: Expectation = ({ keyFile, left, data }) => {
  const keys = [...data.keys.values()].map((key) => key.toString('base64url'));
  const old = keys.find((key) => keyFile.before?.includes(key));
  return old !== undefined && left.includes(old) ? undefined : 'the key it had is gone';
};
