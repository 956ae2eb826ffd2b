/** Whether the program that uses a bot's key may have anything at all: a changed one waits for the streamer. */

import { LIMITS } from '../../../shared/protocol.ts';
import type { ProgramChangeView } from '../../../shared/views.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Activity } from '../activity/activity.ts';
import type { Applications } from '../applications/applications.ts';
import { applicationChanged, applicationUnsaved, noApplication } from '../applications/failures.ts';
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import { botRemoved, type Failed, programChanged, type Result, stored, success } from '../result.ts';
import type { Approvals } from './approvals.ts';
import { applicationChange, applicationOf, applicationView, bringApplication } from './bot-application.ts';
import type { BotConnection, Interaction } from './bot-connection.ts';
import { botQuestion } from './bot-question.ts';
import type { Bots } from './bots.ts';
import { decisionText, isYes, refusalOf } from './decision.ts';
import { peerView } from './peer.ts';
import type { ProgramMonitor } from './program-monitor.ts';
import { programKey, type SeenProgram } from './programs.ts';
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
  deps: Pick<Deps, 'log'>;
  accounts: Accounts;
  activity: Activity;
  applications: Applications;
  approvals: Approvals;
  bots: Bots;
  events: Pick<Events, 'emit'>;
  programMonitor: ProgramMonitor;
}

/** What is different about a connection: its program, its Twitch application, or both. */
interface Held {
  changes: ProgramChangeView[];
  /** Null while its program is as it was allowed. */
  seen: SeenProgram | null;
  /** `missing`: there is none for it any more, so she chooses one. */
  application: 'as allowed' | 'changed' | 'missing';
}

function heldBy(
  { applications, programMonitor }: Pick<ProgramCheckServices, 'applications' | 'programMonitor'>,
  connection: BotConnection,
): Held | null {
  const program = programMonitor.held(connection);
  const change = applicationChange(connection, applications);
  const isMissing = applicationOf(connection, applications) === null;
  if (program === null && change === null && !isMissing) return null;
  const changes = [...(program?.changes ?? []), ...(change === null ? [] : [change])];
  const application = isMissing ? 'missing' : change === null ? 'as allowed' : 'changed';
  return { changes, seen: program?.seen ?? null, application };
}

/** What the bot is told where nobody may be asked. */
function refusedUnasked({ seen, application }: Held): Failed {
  if (seen !== null) return programChanged();
  return application === 'missing' ? noApplication() : applicationChanged();
}

/** Asks through `approvals`. */
export function createProgramCheck(services: ProgramCheckServices): ProgramCheck {
  const { bots } = services;
  return {
    async before(connection, { interactive, timeoutMs }) {
      if (connection.looking !== null) await connection.looking;
      const held = heldBy(services, connection);
      if (held === null) return success(undefined);
      if (interactive === 'never' || (held.application === 'missing' && connection.peer.relay))
        return refusedUnasked(held);
      const ms = Math.min(timeoutMs, LIMITS.timeoutMs.max);
      return ask(services, connection, held, { interactive, timeoutMs: ms });
    },
    after(connection) {
      if (bots.get(connection.bot.keyId) === null) return botRemoved();
      const held = heldBy(services, connection);
      if (held === null) return success(undefined);
      if (connection.onceAllowed === 0) return refusedUnasked(held);
      connection.onceAllowed -= 1;
      return success(undefined);
    },
  };
}

async function ask(
  services: ProgramCheckServices,
  connection: BotConnection,
  held: Held,
  { interactive, timeoutMs }: Interaction,
): Promise<Result<void>> {
  const { deps, accounts, activity, applications, approvals, bots } = services;
  const { bot, gone } = connection;
  const { keyId, name } = bot;
  const clientId = applicationOf(connection, applications);
  const { decision, peer } = await approvals.ask(
    {
      ...botQuestion(services, connection, { interactive }),
      kind: 'changed',
      requester: JSON.stringify([keyId, held.seen && programKey(held.seen), clientId]),
      changes: held.changes,
      asked: null,
      application: () => (held.application === 'as allowed' ? null : applicationView(clientId, applications)),
      wants: () => heldWants({ accounts, bots, clientId }, bot.grants),
    },
    timeoutMs,
    gone,
  );
  const ok = isYes(decision);
  const label = botLabel(bot, bots.list());
  const text =
    held.seen === null
      ? decisionText(label, 'another Twitch application', decision)
      : decisionText(`The changed program of ${label}`, 'its key', decision);
  activity.add('approval', text, { bot: name, ok, peer: peerView(name, true, peer) });
  if (!isYes(decision)) return refusalOf(decision);
  if (held.application === 'missing') bot.clientId = decision.application;
  else if (held.application === 'changed' && clientId !== null) {
    const brought = await stored(deps.log, bringApplication(applications, clientId, name));
    if (!brought.ok) return applicationUnsaved();
  }
  if (decision.kind === 'once') connection.onceAllowed += held.changes.length > 0 ? 1 : 0;
  else await acceptFrom(services, connection, held);
  return success(undefined);
}

async function acceptFrom(
  { applications, bots, events, programMonitor }: ProgramCheckServices,
  connection: BotConnection,
  { application, seen }: Held,
): Promise<void> {
  const { bot } = connection;
  if (application === 'changed') bot.clientId = applicationOf(connection, applications);
  if (seen !== null) programMonitor.accept(bot, seen);
  await bots.persist();
  if (application !== 'as allowed') events.emit({ type: 'state' }, { keyId: bot.keyId }); // it may see other logins by now
}
