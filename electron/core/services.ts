/** The pieces the vault is made of, put together once. */
import { type Accounts, createAccounts } from './accounts/accounts.ts';
import { createProvider, type Provider } from './accounts/provider.ts';
import { createRefreshScheduler, type RefreshScheduler } from './accounts/refresh-scheduler.ts';
import { createRefresher, type Refresher } from './accounts/refresher.ts';
import { createRotation, type Rotation } from './accounts/rotation.ts';
import { createValidator } from './accounts/validator.ts';
import { type Activity, createActivity } from './activity/activity.ts';
import { createNotices, type Notices } from './activity/notices.ts';
import type { TwitchApplication } from './applications/application.ts';
import { type Approvals, createApprovals } from './bots/approvals.ts';
import { type Bots, createBots } from './bots/bots.ts';
import { createProgramMonitor, type ProgramMonitor } from './bots/program-monitor.ts';
import { createEvents, type Events } from './events.ts';
import type { Deps } from './ports.ts';
import type { Bridge } from './protocol/connections.ts';
import { createSignIns, type SignIns } from './sign-in/sign-ins.ts';
import { createTwitch, type Twitch } from './twitch/endpoints.ts';

/** The pieces by name. */
export interface Services {
  deps: Deps;
  events: Events;
  accounts: Accounts;
  activity: Activity;
  approvals: Approvals;
  bots: Bots;
  notices: Notices;
  programChanges: ProgramMonitor;
  provider: Provider;
  refreshing: Refresher;
  rotation: Rotation;
  signIns: SignIns;
  twitch: Twitch;
  upkeep: RefreshScheduler;
  /** Made last, since it needs all the others. */
  bridge: () => Bridge;
}

/** `changed` is called when something a window shows may look different. */
export function createServices(
  deps: Deps,
  app: () => TwitchApplication | null,
  locked: () => boolean,
  changed: () => void,
): Omit<Services, 'bridge'> {
  const events = createEvents();
  const twitch = createTwitch(deps.http, deps.twitch);
  const accounts = createAccounts(deps, events, changed);
  const activity = createActivity(deps, changed);
  const notices = createNotices(changed);
  const refreshing = createRefresher(deps, twitch, app, accounts, events, changed);
  const validation = createValidator(deps, twitch, accounts, refreshing, events, changed);
  const bots = createBots(deps, changed);
  const notice = (text: string): void => notices.add('warning', text);
  return {
    deps,
    events,
    accounts,
    activity,
    approvals: createApprovals(deps, locked, changed),
    bots,
    notices,
    programChanges: createProgramMonitor(deps, bots, activity, notices, changed),
    provider: createProvider(deps, app, twitch, refreshing, validation),
    refreshing,
    rotation: createRotation(twitch, refreshing, validation),
    signIns: createSignIns({ deps, twitch, app, locked, accounts, notice, changed }),
    twitch,
    upkeep: createRefreshScheduler(deps, accounts, refreshing, validation),
  };
}
