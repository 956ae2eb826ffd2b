/** What the vault is made of, put together once. Each piece is given what it needs, not all of it. */

import type { SettingsView } from '../../shared/views.ts';
import { type Accounts, createAccounts } from './accounts/accounts.ts';
import { createProvider, type Provider } from './accounts/provider.ts';
import { createRefreshScheduler, type RefreshScheduler } from './accounts/refresh-scheduler.ts';
import { createRefresher, type Refresher } from './accounts/refresher.ts';
import { createRotation, type Rotation } from './accounts/rotation.ts';
import { createValidator, type Validator } from './accounts/validator.ts';
import { type Activity, createActivity } from './activity/activity.ts';
import { createNotices, type Notices } from './activity/notices.ts';
import { type AppTokens, createAppTokens } from './applications/app-token.ts';
import { type Applications, createApplications } from './applications/applications.ts';
import { type Approvals, createApprovals } from './bots/approvals.ts';
import type { OpenConnections } from './bots/bot-connection.ts';
import { type Bots, createBots } from './bots/bots.ts';
import { createGrantEndings, type GrantEndings } from './bots/grant-endings.ts';
import { createProgramMonitor, type ProgramMonitor } from './bots/program-monitor.ts';
import { createEvents, type Events } from './events.ts';
import { createPeople, type People } from './people/people.ts';
import type { Deps } from './ports.ts';
import { type Asking, createAsking } from './settings/asking.ts';
import { createSignIns, type SignInServices, type SignIns } from './sign-in/sign-ins.ts';
import { createPromptAlert } from './stream/prompt-alerts.ts';
import { createStreamWatch, type StreamWatch } from './stream/stream-watch.ts';
import { createTwitch, type Twitch } from './twitch/endpoints.ts';
import { createHelix } from './twitch/helix.ts';
import { notBegun } from './twitch/reply.ts';
import { countSleep } from './twitch/slept-answers.ts';
import { createUnfinishedWork, type UnfinishedWork } from './unfinished-work.ts';

/** Everything behind the protocol, the windows and the tray. */
export interface Services {
  deps: Deps;
  accounts: Accounts;
  activity: Activity;
  applications: Applications;
  appTokens: AppTokens;
  asking: Asking;
  approvals: Approvals;
  bots: Bots;
  /** Set once the protocol is up, which itself needs all the others. */
  connections(): OpenConnections;
  /** Ends permissions whose time is over. */
  endings: GrantEndings;
  events: Events;
  notices: Notices;
  people: People;
  programMonitor: ProgramMonitor;
  provider: Provider;
  refresher: Refresher;
  rotation: Rotation;
  scheduler: RefreshScheduler;
  signIns: SignIns;
  streamWatch: StreamWatch;
  twitch: Twitch;
  /** What quitting waits for. */
  unfinished: UnfinishedWork;
  validator: Validator;
}

/** What the services ask of the vault as a whole. */
export interface VaultStatus {
  isLocked(): boolean;
  settings(): SettingsView;
  connections(): OpenConnections;
  /** Something a window shows may look different. */
  changed(): void;
}

/** Nothing runs yet. */
export function createServices(deps: Deps, status: VaultStatus): Services {
  const { isLocked, settings, connections, changed } = status;
  const asking = createAsking(deps, changed);
  const events = createEvents();
  const unfinished = createUnfinishedWork();
  const awake = countSleep(createTwitch(deps.http, deps.twitch), deps.clock);
  const twitch = finishRevoking(awake, unfinished);
  const activity = createActivity(deps, changed);
  const notices = createNotices(changed);
  const notice = (text: string): void => notices.add('warning', text);
  const applications = createApplications(deps, () => {
    prompts.approvals.renew(); // what a yes means may be another application by now
    changed();
  });
  const accounts = createAccounts(deps, events, { notice, changed });
  const bots = createBots(deps, changed);
  const refresher = createRefresher({ deps, applications, accounts, events, twitch, unfinished, changed });
  const validator = createValidator({ deps, accounts, events, refresher, twitch, changed });
  const endings = createGrantEndings({ deps, accounts, activity, bots, events });
  const helix = createHelix(deps.http, deps.twitch);
  const streamWatch = createStreamWatch({ deps, accounts, asking, endings, helix, changed });
  const prompts = createPrompts({
    ...{ deps, accounts, applications, asking, twitch, notice, changed },
    ...{ isLocked, settings, hint: streamWatch.hint },
    record: (text, more) => activity.add('account.signed-in', text, more),
  });
  return {
    ...{ deps, accounts, activity, applications, bots, connections, events },
    ...{ notices, refresher, twitch, unfinished, validator },
    ...{ asking, endings, streamWatch },
    appTokens: createAppTokens(deps, twitch),
    people: createPeople({ deps, accounts, events, helix, isLocked, changed }),
    ...prompts,
    programMonitor: createProgramMonitor({ deps, activity, bots, notices, changed }),
    provider: createProvider(deps, refresher, validator),
    rotation: createRotation({ clock: deps.clock, events }, twitch, refresher, validator),
    scheduler: createRefreshScheduler(deps, accounts, refresher, validator),
  };
}

/** The two windows that ask her, and the notification that stands for either. */
function createPrompts({
  settings,
  asking,
  ...shared
}: Omit<SignInServices, 'alert' | 'deps'> & {
  deps: Deps;
  asking: Asking;
  settings: VaultStatus['settings'];
}): Pick<Services, 'approvals' | 'signIns'> {
  const { deps, isLocked, changed, hint } = shared;
  const open = (): boolean => [approvals.open(), signIns.open()].includes(true);
  const alert = createPromptAlert(deps, () => settings().notify, open);
  const approvals: Approvals = createApprovals(deps, isLocked, changed, { asking, hint, alert });
  const signIns: SignIns = createSignIns({ ...shared, alert });
  return { approvals, signIns };
}

/** A token that was to be ended is ended though Castkey quits: nobody would do it later. */
function finishRevoking(twitch: Twitch, unfinished: UnfinishedWork): Twitch {
  return {
    ...twitch,
    revoke: async (clientId, access) =>
      unfinished.run(() => twitch.revoke(clientId, access)) ?? notBegun('Castkey quits'),
  };
}
