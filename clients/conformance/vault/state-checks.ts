import type { BotState, UserState } from '../../../shared/protocol.ts';
import { RESULT_READERS, readState, readUserState } from '../../javascript/src/read-results.ts';
import { type Check, type CheckContext, NotTried } from './check-context.ts';
import { expectResult, type Problem, resultOf } from './expect.ts';
import { isRecord, type Probe, type ReceivedLine } from './probe.ts';

const OLDER = 'an older vault: it answers subscribe with a number alone';

/** The event in a message of the vault; undefined for all else. */
function eventIn(message: unknown): Record<string, unknown> | undefined {
  if (!isRecord(message) || message.method !== 'event') return undefined;
  return isRecord(message.params) ? message.params : undefined;
}

/** All parts of the state that a subscription begins with. Throws {@link NotTried} for an older vault. */
async function wholeState(probe: Probe): Promise<BotState[] | string> {
  const answer = await probe.ask('subscribe');
  const wrong = expectResult(answer, 'subscribe');
  if (wrong !== undefined) return wrong;
  const { users, locked, more } = RESULT_READERS.subscribe(resultOf(answer), 'result');
  if (users === undefined || locked === undefined) throw new NotTried(OLDER);
  const parts: BotState[] = [{ users, locked, ...(more ? { more } : {}) }];
  while (parts.at(-1)?.more) {
    const isNext = (): ReceivedLine | undefined =>
      probe.received.filter(({ message }) => eventIn(message)?.type === 'state')[parts.length - 1];
    if (!isNext()) await probe.next((message) => eventIn(message)?.type === 'state');
    const part = eventIn(isNext()?.message);
    if (part === undefined) return `part ${parts.length + 1} of the state does not come`;
    parts.push(readState(part, 'event'));
  }
  return parts;
}

/** All accounts of the status, whatever number of answers they take. */
async function wholeStatus(probe: Probe): Promise<{ users: UserState[]; locked: boolean } | string> {
  const users: UserState[] = [];
  for (;;) {
    const after = users.at(-1)?.userId;
    const answer = await probe.ask('status', after === undefined ? {} : { after });
    const wrong = expectResult(answer, 'status');
    if (wrong !== undefined) return wrong;
    const part = RESULT_READERS.status(resultOf(answer), 'result');
    const isNew = part.users.some(({ userId }) => users.every((user) => user.userId !== userId));
    users.push(...part.users);
    if (!part.more || !isNew) return { users, locked: part.locked };
  }
}

const told = (users: readonly UserState[]): string =>
  JSON.stringify(
    users
      .map(({ userId, login, scope, intents }) => [userId, login, [...scope].sort(), [...intents].sort()])
      .sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  );

/** What each subscription of a vault begins with that tells the whole state. */
export const STATE_CHECKS: readonly Check[] = [
  [
    '§5',
    'answers subscribe with the accounts of its status, and with its lock',
    async (context) => {
      const probe = await context.authenticate();
      const state = await wholeState(probe);
      const status = await wholeStatus(probe);
      if (typeof state === 'string') return state;
      if (typeof status === 'string') return status;
      if (state.some(({ locked }) => locked !== status.locked)) return 'another lock than in the status';
      const users = state.flatMap((part) => part.users);
      return told(users) === told(status.users) ? undefined : 'other accounts than in the status';
    },
  ],
  [
    '§5',
    'says the version of each account in it',
    async (context) => {
      const state = await wholeState(await context.authenticate());
      if (typeof state === 'string') return state;
      const lacking = state.flatMap(({ users }) => users).filter(({ version }) => version === undefined);
      return lacking.length === 0 ? undefined : `${lacking.length} accounts without`;
    },
  ],
];

/** Whether a connection's subscription was answered with the whole state. */
const isTold = (received: readonly ReceivedLine[]): boolean =>
  received.some(
    ({ message }) =>
      isRecord(message) &&
      isRecord(message.result) &&
      Array.isArray(message.result.users) &&
      'seq' in message.result,
  );

/** What is wrong with the events of one connection, each with the one before. */
function eventProblem(received: readonly ReceivedLine[]): Problem {
  let before: Record<string, unknown> | undefined;
  for (const event of received.map(({ message }) => eventIn(message)).filter((one) => one !== undefined)) {
    if (before && event.seq !== Number(before.seq) + 1) return 'an event whose number is not the next';
    if (before?.type === 'overflow' && event.type !== 'state')
      return 'an overflow without the state behind it';
    if (event.type === 'state') readState(event, 'event');
    if (event.user !== undefined && readUserState(event.user, 'event.user').userId !== event.userId)
      return 'an event with another account than it names';
    if (event.type === 'account.added' && event.user === undefined)
      return 'a new account that it does not show';
    before = event;
  }
  return undefined;
}

/** What holds for all events of vaults that tell the whole state. */
export const EVENT_CHECK: Check = [
  '§5',
  'in all events: numbers without a gap, whole accounts, the state behind an overflow',
  async ({ transcript }: CheckContext) =>
    transcript
      .filter(({ received }) => isTold(received))
      .map(({ received }) => eventProblem(received))
      .find((found) => found !== undefined),
];
