/** The whole state the main window shows, gathered from the services. */
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { ApplicationView, BotView, VaultView } from '../../../shared/views.ts';
import { accountView } from '../accounts/account-view.ts';
import type { SealedApplication } from '../applications/application.ts';
import type { Bot } from '../bots/bot.ts';
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
  | 'approvals'
  | 'bots'
  | 'connections'
  | 'deps'
  | 'notices'
  | 'signIns'
  | 'streamWatch'
>;

const SHOWN_ACTIVITY = 200;

/** `seq` tells a newer view from an older one. */
export function vaultView(services: ViewServices, state: VaultState, seq: number): VaultView {
  const { deps, accounts, activity, approvals, bots, notices, signIns, streamWatch } = services;
  const { lockReason, settings, socketProblem } = state;
  const app = state.app ?? state.sealedApp;
  const now = deps.clock.now();
  const held = isRefreshHeld(state);
  return {
    seq,
    version: deps.host.version,
    electron: deps.host.electron,
    notTwitch: deps.twitch.standIn,
    app: app && { clientId: app.clientId, kind: app.kind, redirectUri: REDIRECT_URI },
    applications: app === null ? [] : [applicationView(app, state.app !== null)],
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
    accounts: accounts
      .list()
      .map((account) => accountView(account, accounts.intentsOf(account.userId), now, held)),
    bots: bots.list().map((bot) => botView(services, bot)),
    activity: activity.list(SHOWN_ACTIVITY),
    settings,
    notices: notices.list(),
  };
}

function applicationView({ clientId, kind }: SealedApplication, usable: boolean): ApplicationView {
  return { clientId, kind, label: '', source: 'entered', addedAt: 0, isDefault: true, usable };
}

function botView({ accounts, bots, connections, deps }: ViewServices, bot: Bot): BotView {
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
    clientId: null,
    holds: heldViews(bot, accounts.list(), (account) => targetOf(accounts, account), deps.clock.now()),
    scopes: wantedScopes(bot.wants, accounts.find),
    grants: bot.grants.map((grant) => {
      return { ...grant, ends: endView(grant.ends), login: accounts.find(grant)?.login ?? null };
    }),
  };
}
