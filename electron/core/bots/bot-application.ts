/** Which Twitch application a bot's tokens are of. */
import type { ApprovalApplicationView } from '../../../shared/prompt-views.ts';
import type { ProgramChangeView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountReference, Accounts } from '../accounts/accounts.ts';
import type { Applications } from '../applications/applications.ts';
import type { Deps } from '../ports.ts';
import { stored } from '../result.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import type { Bot } from './bot.ts';
import type { BotConnection } from './bot-connection.ts';

/** Where an application that a bot brought may be in use. */
interface BroughtServices {
  accounts: Pick<Accounts, 'list'>;
  applications: Pick<Applications, 'default' | 'remove'>;
  bots: { list(): Pick<Bot, 'clientId'>[] };
  deps: Pick<Deps, 'log'>;
  signIns: Pick<SignIns, 'changedApplication'>;
}

type Known = Pick<Applications, 'default' | 'get' | 'list' | 'nameOf'>;

/** What the bot names in `hello`, else what it was paired for, else the default; null where there is none of these. */
export function applicationOf(
  { bot, namedClientId }: Pick<BotConnection, 'bot' | 'namedClientId'>,
  applications: Known,
): string | null {
  if (namedClientId !== null) return namedClientId;
  if (bot.clientId !== null && applications.get(bot.clientId) !== null) return bot.clientId;
  return applications.default()?.clientId ?? null;
}

/** How that differs from what the streamer allowed the bot; null when it doesn't. One that she has removed is new again. */
export function applicationChange(
  connection: Pick<BotConnection, 'bot' | 'namedClientId'>,
  applications: Known,
): ProgramChangeView | null {
  const allowed = allowedFor(connection.bot, applications);
  const now = applicationOf(connection, applications);
  if (now === null || (now === allowed && applications.get(now) !== null)) return null;
  const before = allowed === null || allowed === now ? null : applications.nameOf(allowed);
  return { what: 'application', before, after: applications.nameOf(now) };
}

/** Records of Castkey 0.1, which had one application, name none. */
function allowedFor({ clientId }: Bot, applications: Known): string | null {
  return clientId ?? applications.default()?.clientId ?? null;
}

/** Whether it can have a token of its own: a public one has none, nor has one that a bot brings, which is taken in as public. */
export function hasOwnToken(applications: Pick<Known, 'get'>, clientId: string | null): boolean {
  return clientId !== null && applications.get(clientId)?.kind === 'confidential';
}

/** What the approval window says of it; null where it is the default, which is nothing new. */
export function applicationView(
  namedClientId: string | null,
  applications: Known,
): ApprovalApplicationView | null {
  const usual = applications.default()?.clientId ?? null;
  if (namedClientId === null) {
    if (usual !== null) return null;
    const choices = applications.list().map(({ clientId, label }) => ({ clientId, label }));
    return { state: 'missing', clientId: null, label: '', choices };
  }
  const known = applications.get(namedClientId);
  if (known !== null && namedClientId === usual) return null;
  const state = known === null ? 'brought' : 'known';
  return { state, clientId: namedClientId, label: known?.label ?? '', choices: [] };
}

/** One that a bot brings is taken in as public: a secret never comes over the socket. Durable when it resolves. */
export async function bringApplication(
  applications: Pick<Applications, 'add' | 'get'>,
  clientId: string,
  botName: string,
): Promise<void> {
  if (applications.get(clientId) !== null) return;
  await applications.add({ kind: 'public', clientId }, { label: botName, source: 'bot' });
}

/** One that came with a bot which went again goes, too, unless somebody uses it by now; null: none came. */
export async function takeBackApplication(
  { accounts, applications, bots, deps, signIns }: BroughtServices,
  clientId: string | null,
): Promise<void> {
  if (clientId === null || applications.default()?.clientId === clientId) return;
  const users: { clientId: string | null }[] = [...accounts.list(), ...bots.list()];
  if (users.some((one) => one.clientId === clientId)) return;
  signIns.changedApplication(clientId);
  // Left where the disk refuses: she can remove it in Settings.
  await stored(deps.log, applications.remove(clientId));
}

/** The login a bot of that application means when it names a person or a job; null where there is none. */
export function loginFor(
  accounts: Pick<Accounts, 'find' | 'get'>,
  named: AccountReference,
  clientId: string | null,
): Account | null {
  const userId = accounts.find(named);
  return userId === null || clientId === null ? null : accounts.get({ clientId, userId });
}
