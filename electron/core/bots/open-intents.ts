/** Jobs nobody has: the streamer gives them to one of her accounts, or to whoever signs in next. */
import { NEW_ACCOUNT } from '../../../shared/ipc.ts';
import { isDangerous } from '../../../shared/token-reach.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { chooseScopes, missingScopes } from '../accounts/scope-sets.ts';
import type { Activity } from '../activity/activity.ts';
import type { Applications } from '../applications/applications.ts';
import { noApplication } from '../applications/failures.ts';
import type { Audience, Events } from '../events.ts';
import type { Clock, Deps } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { intentUnsaved, type Result, success } from '../result.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import { countdown } from '../steady-clock.ts';
import type { Approvals } from './approvals.ts';
import { applicationOf } from './bot-application.ts';
import type { BotConnection, Interaction } from './bot-connection.ts';
import { botQuestion } from './bot-question.ts';
import type { Bots } from './bots.ts';
import { decisionText, isLasting, isYes, refusalOf, type Yes } from './decision.ts';
import { createDenials } from './denials.ts';
import { endOf } from './grant-end.ts';
import type { GrantEndings } from './grant-endings.ts';
import { extendGrant, onceGrants } from './grants.ts';
import { peerView } from './peer.ts';
import type { ProgramCheck } from './program-check.ts';
import { botLabel } from './similar-names.ts';
import { loginOf, openWant } from './wants.ts';

/** What giving out jobs works with. */
export interface OpenIntentServices {
  deps: Pick<Deps, 'clock' | 'random'>;
  accounts: Accounts;
  activity: Activity;
  applications: Applications;
  approvals: Approvals;
  bots: Bots;
  endings: Pick<GrantEndings, 'now'>;
  events: Pick<Events, 'emit'>;
  programCheck: ProgramCheck;
  putOff: PutOff;
  signIns: Pick<SignIns, 'ask'>;
}

/** Jobs she said *Decide later* about: of one bot she isn't asked again about the same for some minutes. */
export interface PutOff {
  add(keyId: string, intent: string): void;
  has(keyId: string, intent: string): boolean;
}

/** Nothing is put off. */
export function createPutOff(clock: Clock): PutOff {
  const denials = createDenials(clock);
  const keyOf = (keyId: string, intent: string): string => JSON.stringify([keyId, intent]);
  return {
    add: (keyId, intent) => denials.add(keyOf(keyId, intent)),
    has: (keyId, intent) => denials.has(keyOf(keyId, intent)),
  };
}

/** For whom somebody new may sign in, and how long that is waited for; `gone` is aborted when nobody waits any more. */
interface Newcomers {
  clientId: string | null;
  bot: string;
  /** Milliseconds; whoever signs in later has the job all the same. */
  remainingMs(): number;
  gone: AbortSignal;
}

/** What came of it. */
export interface GivenIntents {
  /** Why the last job that stayed nobody's against her will did. */
  result: Result<void>;
  /** Jobs of somebody she did not choose, or whose token can do dangerous things that she was not shown: her yes is not for them. */
  unseen: Set<string>;
  /** Jobs that stay nobody's since the disk refused to note whose they are, of which she is told. */
  unsaved: Set<string>;
}

/**
 * Gives jobs nobody has to the accounts she chose; where she chose a new one, the sign-in window opens, and whoever
 * signs in has the job. A sign-in that comes to nothing leaves the job nobody's. `newcomers`: null where no window may open.
 */
export async function giveIntents(
  services: Pick<OpenIntentServices, 'accounts' | 'signIns'>,
  { wants, intents }: Pick<Yes, 'wants' | 'intents'>,
  newcomers: Newcomers | null,
): Promise<GivenIntents> {
  const { accounts } = services;
  const given: GivenIntents = { result: success(undefined), unseen: new Set(), unsaved: new Set() };
  for (const { intent, account, scopes } of wants) {
    if (intent === null || account !== null) continue;
    const chosen = Object.hasOwn(intents, intent) ? intents[intent] : undefined;
    const signedIn =
      chosen === NEW_ACCOUNT && accounts.holder(intent) === null
        ? await signInFor(services, { intent, scopes }, newcomers)
        : null;
    const isHers = chosen !== undefined && accounts.loginsOf(chosen).length > 0;
    if (signedIn?.ok === false) given.result = signedIn;
    else if (isHers && accounts.holder(intent) === null) await accounts.giveIntent(chosen, intent);
    const holder = accounts.holder(intent);
    if (holder === null && (isHers || signedIn?.ok)) {
      given.unsaved.add(intent);
      given.result = intentUnsaved(intent);
    }
    const isSeen = signedIn?.ok
      ? holder === signedIn.value.userId &&
        !missingScopes(signedIn.value.tokens.scopes, scopes).some(isDangerous)
      : holder === chosen;
    if (holder !== null && !isSeen) given.unseen.add(intent);
  }
  return given;
}

/** Null where nobody may sign in. */
async function signInFor(
  { signIns }: Pick<OpenIntentServices, 'signIns'>,
  wanted: { intent: string; scopes: string[] },
  newcomers: Newcomers | null,
): Promise<Result<Account> | null> {
  if (newcomers === null || newcomers.clientId === null) return null;
  const { clientId, bot, gone, remainingMs } = newcomers;
  const request = { clientId, userId: null, ...wanted, bot, quietly: false };
  return signIns.ask(request, remainingMs(), gone);
}

/** Asks who shall have a job; resolves with the user ID, or null when nobody may be asked or she decides later. */
export type AskForHolder = (
  connection: BotConnection,
  wanted: { intent: string; scopeSets: string[][] },
  interaction: Interaction,
) => Promise<Result<string | null>>;

/** Asks through `approvals`. */
export function createAskForHolder(services: OpenIntentServices): AskForHolder {
  const { deps, accounts, activity, applications, approvals, bots, endings, programCheck, putOff } = services;

  return async (connection, { intent, scopeSets }, { interactive, timeoutMs }) => {
    const { bot, gone } = connection;
    const { keyId, name } = bot;
    // Whoever is at another computer doesn't see the windows, and must not open them here.
    if (interactive === 'never' || connection.peer.relay || putOff.has(keyId, intent)) return success(null);
    const remainingMs = countdown(deps.clock, timeoutMs);
    const checked = await programCheck.before(connection, { interactive, timeoutMs: remainingMs() });
    if (!checked.ok) return checked;
    const clientId = applicationOf(connection, applications);
    if (clientId === null) return noApplication();
    const named = { userId: null, intent } as const;
    const scopes = chooseScopes(scopeSets, []);
    const { decision, peer } = await approvals.ask(
      {
        ...botQuestion(services, connection, { interactive }),
        ...{ kind: 'grant', changes: [], asked: [intent, 'holder', [...scopes].sort()] },
        wants: () => [openWant({ accounts, bots, clientId }, named, scopes)],
      },
      remainingMs(),
      gone,
    );
    const ok = isYes(decision);
    const text = decisionText(botLabel(bot, bots.list()), `the job ${intent}`, decision);
    activity.add('approval', text, { bot: name, scopes, ok, peer: peerView(name, true, peer) });
    if (!isYes(decision)) return refusalOf(decision);
    const newcomers = { clientId, bot: name, remainingMs, gone };
    const { result, unseen } = await giveIntents(services, decision, newcomers);
    const holder = accounts.holder(intent);
    if (unseen.has(intent)) return success(holder); // she is asked anew, about whoever has it
    if (holder === null && result.ok) putOff.add(keyId, intent);
    if (isLasting(decision)) {
      const ends = endOf(decision.kind, endings.now());
      extendGrant(bot, named, scopes, { id: randomText(deps.random, 9), at: deps.clock.now(), ends });
      await bots.persist();
    } else if (holder !== null)
      connection.once.push(...onceGrants([{ userId: holder, scopes }], deps.clock.monotonic()));
    if (holder !== null) announce(services, holder, { keyId, clientId });
    return result.ok ? success(holder) : result;
  };
}

/** When the account got the job the bot could not know of it yet. */
function announce(
  { accounts, events }: Pick<OpenIntentServices, 'accounts' | 'events'>,
  userId: string,
  audience: Partial<Audience>,
): void {
  events.emit({ type: 'account.added', userId, login: loginOf(accounts, userId) }, audience);
}
