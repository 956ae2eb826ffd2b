import { usage } from '../command-errors.ts';

/** What a fault can be narrowed to. */
export interface FaultChoice {
  /** An account, by login or ID. */
  readonly user: string | undefined;
  readonly times: number | 'all';
  /** The requests meant; undefined: those of the fault itself. */
  readonly path: string | undefined;
}

/** A request of the sandbox's control interface (sandbox/README.md). */
export interface ControlCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/** A fault by the name people know it by. */
export interface NamedFault {
  readonly help: string;
  /** Whether it can be had for one account only. */
  readonly ofUser?: true;
  call(choice: FaultChoice): ControlCall;
}

const EVERYTHING = '/*';

/** The next requests go wrong; those to `defaultPath` without --path. */
function onRequests(help: string, defaultPath: string, effect: object, more: object = {}): NamedFault {
  return {
    help,
    call: ({ times, path }) => ({
      method: 'POST',
      path: '/sandbox/faults',
      body: { path: path ?? defaultPath, times, effect, ...more },
    }),
  };
}

const refreshOnly = { grantType: 'refresh_token' };
const accountOf = ({ user }: FaultChoice): object => (user === undefined ? {} : { user });

/** Every fault there is; the help, the documentation and the completions follow this table. */
export const FAULTS: Readonly<Record<string, NamedFault>> = {
  expire: {
    help: 'access tokens die, logins live on: bots must get new ones',
    ofUser: true,
    call: (choice) => ({ method: 'POST', path: '/sandbox/expire', body: accountOf(choice) }),
  },
  revoke: {
    help: 'the user disconnects the application: the login is over',
    ofUser: true,
    call: (choice) => ({ method: 'POST', path: '/sandbox/disconnect', body: accountOf(choice) }),
  },
  drop: {
    help: 'connections of chat and EventSub are cut',
    ofUser: true,
    call: (choice) => ({ method: 'POST', path: '/sandbox/connections/drop', body: accountOf(choice) }),
  },
  '401': onRequests('Helix says 401 although the token is good', '/helix/*', { kind: 'status', status: 401 }),
  '429': onRequests('too many requests, try again after 5 s', EVERYTHING, {
    kind: 'status',
    status: 429,
    retryAfter: 5,
  }),
  '5xx': onRequests('Twitch answers 503', EVERYTHING, { kind: 'status', status: 503 }),
  timeout: onRequests('the answer never comes', EVERYTHING, { kind: 'hang' }),
  reset: onRequests('the connection is cut', EVERYTHING, { kind: 'reset' }),
  html: onRequests('a web page where JSON should be', EVERYTHING, { kind: 'html' }),
  'invalid-refresh': onRequests(
    'a refresh is refused although the login is good',
    '/oauth2/token',
    { kind: 'invalid-refresh-token' },
    refreshOnly,
  ),
  'lost-answer': onRequests(
    'a refresh is done, and its answer with the new login gets lost',
    '/oauth2/token',
    { kind: 'reset', when: 'after' },
    refreshOnly,
  ),
  'odd-fields': onRequests(
    'a good refresh answer whose other fields are odd: only its tokens can be read',
    '/oauth2/token',
    { kind: 'replace', fields: { expires_in: '14400', scope: {}, token_type: 5 } },
    refreshOnly,
  ),
  'invalid-client': onRequests('Twitch no longer knows the application', '/oauth2/token', {
    kind: 'invalid-client',
  }),
  clear: {
    help: 'takes back every fault that still waits',
    call: () => ({ method: 'DELETE', path: '/sandbox/faults' }),
  },
  list: {
    help: 'shows the faults that still wait',
    call: () => ({ method: 'GET', path: '/sandbox/faults' }),
  },
};

/** @throws UsageError For a name that isn't in {@link FAULTS}, or an account where none can be meant. */
export function faultCall(name: string, choice: FaultChoice): ControlCall {
  const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  if (!fault) throw usage(`There is no fault "${name}". There are: ${Object.keys(FAULTS).join(', ')}.`);
  if (choice.user !== undefined && !fault.ofUser) throw usage(`The fault ${name} is of no account.`);
  return fault.call(choice);
}

/** How often a fault strikes. */
export function readTimes(text: string | undefined): number | 'all' {
  if (text === undefined) return 1;
  if (text === 'all') return text;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw usage(`--times takes a number from 1, or all, not "${text}".`);
  return Number(text);
}
