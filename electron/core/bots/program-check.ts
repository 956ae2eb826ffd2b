/** Whether the program that uses a bot's key may have anything at all: a changed one waits for the streamer. */

import { LIMITS } from '../../../shared/protocol.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Activity } from '../activity/activity.ts';
import { botRemoved, programChanged, type Result, success } from '../result.ts';
import type { Approvals } from './approvals.ts';
import type { BotConnection, Interaction } from './bot-connection.ts';
import { botQuestion } from './bot-question.ts';
import type { Bots } from './bots.ts';
import { decisionText, isYes, refusalOf } from './decision.ts';
import { peerView } from './peer.ts';
import type { ProgramMonitor } from './program-monitor.ts';
import { programKey } from './programs.ts';
import { botLabel } from './similar-names.ts';
import { heldWants } from './wants.ts';

/** Looked at twice: before anything is worked out for a bot, and right before it gets something. */
export interface ProgramCheck {
  /** Asks the streamer if the program is another one than she allowed, and that keeps tokens from it. */
  before(connection: BotConnection, interaction: Interaction): Promise<Result<void>>;
  /** The last look before a token leaves; uses up an `Allow once`. */
  after(connection: BotConnection): Result<void>;
}

/** What the check works with. */
export interface ProgramCheckServices {
  accounts: Accounts;
  activity: Activity;
  approvals: Approvals;
  bots: Bots;
  programMonitor: ProgramMonitor;
}

type Held = NonNullable<ReturnType<ProgramMonitor['held']>>;

/** Asks through `approvals`. */
export function createProgramCheck(services: ProgramCheckServices): ProgramCheck {
  const { bots, programMonitor } = services;
  return {
    async before(connection, { interactive, timeoutMs }) {
      if (connection.looking !== null) await connection.looking;
      const held = programMonitor.held(connection);
      if (held === null) return success(undefined);
      if (interactive === 'never') return programChanged();
      const ms = Math.min(timeoutMs, LIMITS.timeoutMs.max);
      return ask(services, connection, held, { interactive, timeoutMs: ms });
    },
    after(connection) {
      if (bots.get(connection.bot.keyId) === null) return botRemoved();
      if (programMonitor.held(connection) === null) return success(undefined);
      if (connection.onceAllowed === 0) return programChanged();
      connection.onceAllowed -= 1;
      return success(undefined);
    },
  };
}

async function ask(
  { accounts, activity, approvals, bots, programMonitor }: ProgramCheckServices,
  connection: BotConnection,
  held: Held,
  { interactive, timeoutMs }: Interaction,
): Promise<Result<void>> {
  const { bot, gone } = connection;
  const { keyId, name } = bot;
  const { decision, peer } = await approvals.ask(
    {
      ...botQuestion(connection, bots, { interactive }),
      kind: 'changed',
      requester: JSON.stringify([keyId, programKey(held.seen)]),
      changes: held.changes,
      asked: null,
      wants: () => heldWants({ accounts, bots }, bot.grants),
    },
    timeoutMs,
    gone,
  );
  const ok = isYes(decision);
  const text = decisionText(`The changed program of ${botLabel(bot, bots.list())}`, 'its key', decision);
  activity.add('approval', text, { bot: name, ok, peer: peerView(name, true, peer) });
  if (!isYes(decision)) return refusalOf(decision);
  if (decision.kind === 'once') connection.onceAllowed += 1;
  else {
    programMonitor.accept(bot, held.seen);
    await bots.persist();
  }
  return success(undefined);
}
