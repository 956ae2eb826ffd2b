/**
 * Who may have the token of the Twitch application itself. It is not harmless: with it a program chats as every account that let the
 * application act for it (`user:bot` together with `channel:bot`, or as a moderator), reads their chat, and gets EventSub by webhook
 * (Twitch docs, Send Chat Message and EventSub). So it takes a yes of the streamer like an account's.
 */
import type { Accounts } from '../accounts/accounts.ts';
import type { Activity } from '../activity/activity.ts';
import type { AppToken } from '../applications/app-token.ts';
import type { Applications } from '../applications/applications.ts';
import type { Deps } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { grantTakenBack, notGranted, type Result, success } from '../result.ts';
import { countdown } from '../steady-clock.ts';
import type { Approvals } from './approvals.ts';
import { applicationOf } from './bot-application.ts';
import type { BotConnection, Interaction } from './bot-connection.ts';
import { botQuestion } from './bot-question.ts';
import type { Bots } from './bots.ts';
import { decisionText, isLasting, isYes, refusalOf } from './decision.ts';
import { endOf } from './grant-end.ts';
import type { GrantEndings } from './grant-endings.ts';
import { countUseOf, discardOnce, extendGrant, isOnApp, onceGrants } from './grants.ts';
import { noteHeld } from './held-tokens.ts';
import { peerView } from './peer.ts';
import type { ProgramCheck } from './program-check.ts';
import { botLabel } from './similar-names.ts';
import { appWant } from './wants.ts';

/** The application's token, as far as bots may have it. */
export interface AppTokenGrants {
  /** Asks the streamer for it where it must; after it `issue` may be called. */
  authorize(connection: BotConnection, interaction: Interaction): Promise<Result<void>>;
  /** The last look before the token leaves; counts and records it. */
  issue(connection: BotConnection, token: AppToken): Result<void>;
  mayUse(connection: BotConnection): boolean;
}

/** What it works with. */
export interface AppTokenServices {
  deps: Pick<Deps, 'clock' | 'random'>;
  accounts: Pick<Accounts, 'list'>;
  activity: Activity;
  applications: Applications;
  approvals: Approvals;
  bots: Bots;
  endings: Pick<GrantEndings, 'endDue' | 'now'>;
  programCheck: ProgramCheck;
  /** Tells the streamer, and never so often that it pesters her. */
  notifyOnce(text: string): void;
}

const WHAT = 'the application’s own token';
const APP = { userId: null, intent: null };

/** Reads grants from `bots`, asks through `approvals`, records in `activity`. */
export function createAppTokenGrants(services: AppTokenServices): AppTokenGrants {
  const { deps, activity, bots, endings, programCheck } = services;
  const onceOf = ({ once }: BotConnection) => {
    discardOnce(once, [], deps.clock.monotonic());
    return once.filter(isOnApp).slice(0, 1);
  };
  function mayUse(connection: BotConnection): boolean {
    endings.endDue();
    return connection.bot.grants.some(({ app }) => app) || onceOf(connection).length > 0;
  }
  return {
    mayUse,
    async authorize(connection, { interactive, timeoutMs }) {
      const remainingMs = countdown(deps.clock, timeoutMs);
      const checked = await programCheck.before(connection, { interactive, timeoutMs });
      if (!checked.ok || mayUse(connection)) return checked;
      if (interactive === 'never') return notGranted();
      return ask(services, connection, { interactive, timeoutMs: remainingMs() });
    },
    issue(connection, { clientId, version, expiresAt }) {
      if (!mayUse(connection)) return grantTakenBack();
      const checked = programCheck.after(connection);
      if (!checked.ok) return checked;
      const { bot, once, peer } = connection;
      const lasting = bot.grants.filter(({ app }) => app);
      if (lasting.length === 0) discardOnce(once, onceOf(connection), deps.clock.monotonic());
      countUseOf(lasting, deps.clock.now());
      noteHeld(bot, { clientId, userId: null, version, expiresAt }, deps.clock.now());
      bots.saveSoon();
      const text = `${botLabel(bot, bots.list())} got ${WHAT}`;
      activity.add('token.served', text, { bot: bot.name, peer: peerView(bot.name, true, peer) });
      return checked;
    },
  };
}

async function ask(
  services: AppTokenServices,
  connection: BotConnection,
  interaction: Interaction,
): Promise<Result<void>> {
  const { deps, accounts, activity, applications, approvals, bots, endings, notifyOnce } = services;
  const { bot, gone } = connection;
  const clientId = applicationOf(connection, applications);
  const { decision, peer } = await approvals.ask(
    {
      ...botQuestion(services, connection, interaction),
      ...{ kind: 'grant', changes: [], asked: ['app'] },
      wants: () => [appWant({ accounts, clientId })],
    },
    interaction.timeoutMs,
    gone,
  );
  const [given] = onceGrants([{ userId: null, scopes: [] }], deps.clock.monotonic());
  if (decision.kind === 'once' && given) connection.once.push(given);
  else if (isLasting(decision)) {
    const made = { id: randomText(deps.random, 9), at: deps.clock.now() };
    extendGrant(bot, APP, [], { ...made, ends: endOf(decision.kind, endings.now()) });
    await bots.persist();
  }
  const text = decisionText(botLabel(bot, bots.list()), WHAT, decision);
  const ok = isYes(decision);
  activity.add('approval', text, { bot: bot.name, ok, peer: peerView(bot.name, true, peer) });
  if (decision.kind === 'throttled') notifyOnce(`${text}. You can remove it on the page Bots.`);
  return isYes(decision) ? success(undefined) : refusalOf(decision);
}
