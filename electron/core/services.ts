/** The pieces the vault is made of, put together once. */
import { type Accounts, createAccounts } from './accounts/accounts.ts';
import { createProvider, type Provider } from './accounts/provider.ts';
import { createUpkeep, type Upkeep } from './accounts/refresh-scheduler.ts';
import { createRefreshing, type Refreshing } from './accounts/refresher.ts';
import { createRotation, type Rotation } from './accounts/rotation.ts';
import { createValidation } from './accounts/validator.ts';
import { type Activity, createActivity } from './activity/activity.ts';
import { createNotices, type Notices } from './activity/notices.ts';
import type { TwitchApp } from './applications/application.ts';
import { type Approvals, createApprovals } from './bots/approvals.ts';
import { type Bots, createBots } from './bots/bots.ts';
import { createProgramChanges, type ProgramChanges } from './bots/program-monitor.ts';
import { createEvents, type Events } from './events.ts';
import type { Deps } from './ports.ts';
import type { Bridge } from './protocol/connections.ts';
import { createSignIns, type SignIns } from './sign-in/sign-ins.ts';
import { createTwitch, type Twitch } from './twitch/endpoints.ts';

/** The pieces by name. */
export interface Parts {
  deps: Deps;
  events: Events;
  accounts: Accounts;
  activity: Activity;
  approvals: Approvals;
  bots: Bots;
  notices: Notices;
  programChanges: ProgramChanges;
  provider: Provider;
  refreshing: Refreshing;
  rotation: Rotation;
  signIns: SignIns;
  twitch: Twitch;
  upkeep: Upkeep;
  /** Made last, since it needs all the others. */
  bridge: () => Bridge;
}

/** `changed` is called when something a window shows may look different. */
export function createParts(
  deps: Deps,
  app: () => TwitchApp | null,
  locked: () => boolean,
  changed: () => void,
): Omit<Parts, 'bridge'> {
  const events = createEvents();
  const twitch = createTwitch(deps.http, deps.twitch);
  const accounts = createAccounts(deps, events, changed);
  const activity = createActivity(deps, changed);
  const notices = createNotices(changed);
  const refreshing = createRefreshing(deps, twitch, app, accounts, events, changed);
  const validation = createValidation(deps, twitch, accounts, refreshing, events, changed);
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
    programChanges: createProgramChanges(deps, bots, activity, notices, changed),
    provider: createProvider(deps, app, twitch, refreshing, validation),
    refreshing,
    rotation: createRotation(twitch, refreshing, validation),
    signIns: createSignIns({ deps, twitch, app, locked, accounts, notice, changed }),
    twitch,
    upkeep: createUpkeep(deps, accounts, refreshing, validation),
  };
}
