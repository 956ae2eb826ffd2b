/** What the streamer does with bots and with what they may use. */
import { z } from 'zod';
import { APPROVAL_CHOICES, CALL_LIMITS, type CallResult } from '../../../shared/ipc.ts';
import { askHer } from '../accounts/actions.ts';
import type { Actions, ActionsOf } from '../action.ts';
import {
  changedOnceMore,
  grantEmptied,
  grantNotWidened,
  noSuchBot,
  noSuchGrant,
  nothingChanged,
  OK,
  stored,
  success,
} from '../result.ts';
import type { Services } from '../services.ts';
import type { Bot } from './bot.ts';
import { applicationOf, loginFor } from './bot-application.ts';
import { announceChange, grantTarget } from './grant-changes.ts';
import { type Grant, keepGrant } from './grants.ts';
import { botLabel } from './similar-names.ts';
import { lackedScopes } from './wanted-scopes.ts';

type BotServices = Pick<
  Services,
  | 'accounts'
  | 'activity'
  | 'applications'
  | 'bots'
  | 'connections'
  | 'deps'
  | 'events'
  | 'notices'
  | 'programMonitor'
  | 'signIns'
>;

const id = z.string().min(1).max(CALL_LIMITS.idLength);
const oneBot = z.strictObject({ keyId: id });
const oneGrant = z.strictObject({ keyId: id, grantId: id });

/** Taking away works while Castkey is locked, too; allowing more does not. */
export function botActions(services: BotServices): ActionsOf<'bot' | 'grant'> {
  return {
    'bot.remove': {
      arg: oneBot,
      whileLocked: true,
      run: ({ keyId }) => remove(services, keyId),
    },
    'bot.acceptChange': {
      arg: oneBot.extend({ at: z.number() }),
      whileLocked: false,
      run: ({ keyId, at }) => acceptChange(services, keyId, at),
    },
    'bot.consent': {
      arg: oneBot,
      whileLocked: false,
      run: async ({ keyId }) => consent(services, keyId),
    },
    'grant.revoke': {
      arg: oneGrant,
      whileLocked: true,
      run: ({ keyId, grantId }) => revoke(services, find(services, keyId, grantId)),
    },
    'grant.keep': {
      arg: oneGrant,
      whileLocked: false,
      run: ({ keyId, grantId }) => keep(services, find(services, keyId, grantId)),
    },
    'grant.change': {
      arg: oneGrant.extend({ scopes: z.array(id).max(CALL_LIMITS.scopes) }),
      whileLocked: true,
      run: ({ keyId, grantId, scopes }) => narrow(services, find(services, keyId, grantId), scopes),
    },
  };
}

/** The tray takes back what would end by itself anyway; it never lets anything go on. */
export function trayBotActions(services: BotServices): Actions<'grant.revoke'> {
  const { 'grant.revoke': window } = botActions(services);
  const run: typeof window.run = async ({ keyId, grantId }) => {
    const found = find(services, keyId, grantId);
    return revoke(services, found?.grant.ends ? found : null);
  };
  return { 'grant.revoke': { ...window, run } };
}

/** Her answer to the question the approval window shows. */
export function approvalActions({
  approvals,
  deps,
}: Pick<Services, 'approvals' | 'deps'>): ActionsOf<'approval'> {
  return {
    'approval.read': { arg: z.undefined(), whileLocked: true, run: async () => success(approvals.view()) },
    // Locking withdraws every question, so that there is nothing left to show or to decide.
    'approval.presented': {
      arg: z.strictObject({ id, digest: id }),
      whileLocked: true,
      run: async (req) => approvals.presented(req.id, req.digest),
    },
    'approval.setUp': {
      arg: z.strictObject({ id }),
      whileLocked: false,
      async run(req) {
        const aside = approvals.putAside(req.id);
        if (aside.ok) deps.desktop.openMain();
        return aside;
      },
    },
    'approval.decide': {
      arg: z.strictObject({
        id,
        digest: id,
        decision: z.enum(APPROVAL_CHOICES),
        intents: z.record(id, id).exactOptional(),
        application: id.exactOptional(),
        understood: z.boolean().exactOptional(),
      }),
      whileLocked: true,
      run: approvals.decide,
    },
  };
}

interface Found {
  bot: Bot;
  grant: Grant;
}

function find({ bots }: BotServices, keyId: string, grantId: string): Found | null {
  const bot = bots.get(keyId);
  const grant = bot?.grants.find((one) => one.id === grantId);
  return bot && grant ? { bot, grant } : null;
}

async function remove(services: BotServices, keyId: string): Promise<CallResult<void>> {
  const { activity, bots, deps, events } = services;
  const bot = bots.get(keyId);
  if (bot === null) return noSuchBot();
  const label = botLabel(bot, bots.list());
  events.emit({ type: 'grant.revoked' }, { keyId });
  const removed = await stored(deps.log, bots.remove(keyId));
  services.connections().drop(keyId);
  if (!removed.ok) return removed;
  activity.add('bot.removed', `You removed ${label}`, { bot: bot.name });
  return OK;
}

async function acceptChange(services: BotServices, keyId: string, at: number): Promise<CallResult<void>> {
  const { activity, bots, deps, programMonitor } = services;
  const bot = bots.get(keyId);
  if (bot === null) return noSuchBot();
  if (bot.changed === null) return nothingChanged();
  if (bot.changed.at !== at) return changedOnceMore();
  programMonitor.accept(bot, bot.changed.seen);
  const text = `You said that the program of ${botLabel(bot, bots.list())} is all right`;
  activity.add('bot.accepted', text, { bot: bot.name });
  return stored(deps.log, bots.save());
}

/** Answered when the window opens; one account after the other. */
function consent(services: BotServices, keyId: string): CallResult<void> {
  const { accounts, applications, bots } = services;
  const bot = bots.get(keyId);
  if (bot === null) return noSuchBot();
  const clientId = applicationOf({ bot, namedClientId: null }, applications);
  for (const [account, scopes] of lackedScopes(bot.wants, (named) => loginFor(accounts, named, clientId)))
    void askHer(services, { clientId: account.clientId, userId: account.userId, scopes });
  return OK;
}

async function revoke(services: BotServices, found: Found | null): Promise<CallResult<void>> {
  if (found === null) return noSuchGrant();
  const { bot, grant } = found;
  bot.grants = bot.grants.filter((other) => other !== grant);
  announceChange(services, bot.keyId, grant);
  const { name } = bot;
  services.activity.add('grant.revoked', `You took a permission from ${name}`, {
    bot: name,
    scopes: grant.scopes,
  });
  return stored(services.deps.log, services.bots.save());
}

/** What would end by itself lasts from now on. */
async function keep(services: BotServices, found: Found | null): Promise<CallResult<void>> {
  if (found === null) return noSuchGrant();
  const { bot, grant } = found;
  if (grant.ends === null) return OK;
  keepGrant(bot, grant);
  const text = `You let ${botLabel(bot, services.bots.list())} go on using ${grantTarget(services, grant)}`;
  services.activity.add('grant.changed', text, { bot: bot.name, scopes: grant.scopes });
  return stored(services.deps.log, services.bots.save());
}

async function narrow(
  services: BotServices,
  found: Found | null,
  scopes: string[],
): Promise<CallResult<void>> {
  if (found === null) return noSuchGrant();
  const { bot, grant } = found;
  const kept = grant.scopes.filter((scope) => scopes.includes(scope));
  if (scopes.some((scope) => !grant.scopes.includes(scope))) return grantNotWidened();
  if (kept.length === 0) return grantEmptied();
  if (kept.length === grant.scopes.length) return OK;
  const gone = grant.scopes.filter((scope) => !kept.includes(scope));
  grant.scopes = kept;
  announceChange(services, bot.keyId, grant);
  const { name } = bot;
  services.activity.add('grant.changed', `You narrowed a permission of ${name}`, { bot: name, scopes: gone });
  return stored(services.deps.log, services.bots.save());
}
