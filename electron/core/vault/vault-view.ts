/** The whole state the main window shows, gathered from the services. */
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { ApplicationView, BotView, VaultView } from '../../../shared/views.ts';
import { accountViews } from '../accounts/account-view.ts';
import type { SealedApplication } from '../applications/application.ts';
import type { Bot } from '../bots/bot.ts';
import { similarlyNamed } from '../bots/similar-names.ts';
import type { Services } from '../services.ts';
import { isLocked, isRefreshHeld, type VaultState } from './vault-state.ts';

type ViewServices = Pick<Services, 'accounts' | 'activity' | 'bots' | 'connections' | 'deps' | 'notices'>;

const SHOWN_ACTIVITY = 200;

/** `seq` tells a newer view from an older one. */
export function vaultView(services: ViewServices, state: VaultState, seq: number): VaultView {
  const { deps, accounts, activity, bots, notices } = services;
  const { lockReason, settings, socketProblem } = state;
  const app = state.app ?? state.sealedApp;
  const applications = app === null ? [] : [applicationView(app, state.app !== null)];
  return {
    seq,
    version: deps.host.version,
    electron: deps.host.electron,
    notTwitch: deps.twitch.standIn,
    applications,
    redirectUri: REDIRECT_URI,
    stream: { mode: false, live: [] },
    locked: isLocked(state),
    lockReason,
    protection: deps.box.protection(),
    socketProblem,
    socketPath: deps.host.socketPath,
    passedOver: deps.host.passedOver,
    accounts: accountViews(accounts.list(), {
      applications,
      intentsOf: accounts.intentsOf,
      now: deps.clock.now(),
      held: isRefreshHeld(state),
    }),
    bots: bots.list().map((bot) => botView(services, bot)),
    activity: activity.list(SHOWN_ACTIVITY),
    settings,
    notices: notices.list(),
  };
}

function applicationView({ clientId, kind }: SealedApplication, usable: boolean): ApplicationView {
  return { clientId, kind, label: '', source: 'entered', addedAt: 0, isDefault: true, usable };
}

function botView({ accounts, bots, connections }: ViewServices, bot: Bot): BotView {
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
    holds: [],
    scopes: [],
    grants: bot.grants.map((grant) => {
      return { ...grant, app: false, ends: null, login: accounts.find(grant)?.login ?? null };
    }),
  };
}
