/** The whole state the main window shows, gathered from the services. */
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { ApplicationView, BotView, VaultView } from '../../../shared/views.ts';
import { currentName } from '../accounts/account.ts';
import { accountViews } from '../accounts/account-view.ts';
import type { RegisteredApplication } from '../applications/application.ts';
import type { Bot } from '../bots/bot.ts';
import { applicationOf, loginFor } from '../bots/bot-application.ts';
import { endView } from '../bots/grant-end.ts';
import { targetOf } from '../bots/grants.ts';
import { heldViews } from '../bots/held-tokens.ts';
import { similarlyNamed } from '../bots/similar-names.ts';
import { wantedScopes } from '../bots/wanted-scopes.ts';
import type { Services } from '../services.ts';
import { isLocked, isRefreshHeld, type VaultState } from './vault-state.ts';

type ViewServices = Pick<
  Services,
  | 'accounts'
  | 'activity'
  | 'applications'
  | 'appTokens'
  | 'approvals'
  | 'bots'
  | 'connections'
  | 'deps'
  | 'notices'
  | 'people'
  | 'signIns'
  | 'streamWatch'
>;

const SHOWN_ACTIVITY = 200;

/** `seq` tells a newer view from an older one. */
export function vaultView(services: ViewServices, state: VaultState, seq: number): VaultView {
  const { deps, accounts, activity, applications, approvals, bots, notices, people, signIns, streamWatch } =
    services;
  const { lockReason, settings, socketProblem } = state;
  const shown = applications.list().map((one) => applicationView(one, one === applications.default()));
  return {
    seq,
    version: deps.host.version,
    electron: deps.host.electron,
    notTwitch: deps.twitch.standIn,
    applications: shown,
    redirectUri: REDIRECT_URI,
    stream: streamWatch.view(),
    questions: [
      ...approvals.quiet().map((bot) => ({ kind: 'approval' as const, bot })),
      ...signIns.quiet().map((bot) => ({ kind: 'sign-in' as const, bot })),
    ],
    locked: isLocked(state),
    lockReason,
    protection: deps.box.protection(),
    socketProblem,
    socketPath: deps.host.socketPath,
    passedOver: deps.host.passedOver,
    accounts: accountViews(accounts.list(), {
      applications: shown,
      intentsOf: accounts.intentsOf,
      presentationOf: people.of,
      now: deps.clock.now(),
      held: isRefreshHeld(state),
    }),
    bots: bots.list().map((bot) => botView(services, bot)),
    activity: activity.list(SHOWN_ACTIVITY),
    settings,
    notices: notices.list(),
  };
}

function applicationView({ usable, ...facts }: RegisteredApplication, isDefault: boolean): ApplicationView {
  return { ...facts, isDefault, usable: usable !== null };
}

function botView(services: ViewServices, bot: Bot): BotView {
  const { accounts, applications, appTokens, bots, connections, deps } = services;
  const clientId = applicationOf({ bot, namedClientId: null }, applications);
  const { keyId, name, pairedAt, lastSeenAt, changed } = bot;
  const known = bot.programs.at(-1);
  return {
    keyId,
    name,
    pairedAt,
    lastSeenAt,
    connections: connections().countOf(keyId),
    program: known?.program ?? bot.program,
    script: known?.script ?? null,
    introduced: bot.awaitsProgram ? 'awaited' : known?.learned ? 'learned' : null,
    remote: known?.remote ?? false,
    changed: changed && { at: changed.at, changes: changed.changes, held: changed.held },
    similarNames: similarlyNamed(name, bots.list(), bot).length,
    clientId,
    holds: heldViews(bot, {
      accounts: accounts.list(),
      own: clientId,
      now: deps.clock.now(),
      targetOf: ({ userId }) => targetOf(accounts, userId),
      nameOf: applications.nameOf,
      has: appTokens.has,
    }),
    scopes: wantedScopes(bot.wants, (named) => loginFor(accounts, named, clientId)),
    grants: bot.grants.map((grant) => {
      const person = accounts.find(grant);
      const login = person === null ? null : currentName(accounts.loginsOf(person));
      return { ...grant, ends: endView(grant.ends), login };
    }),
  };
}
