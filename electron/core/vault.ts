import type { ApprovalView, SignInView } from '../../shared/prompt-views.ts';
import type { VaultView } from '../../shared/views.ts';
import { accountActions, trayAccountActions } from './accounts/actions.ts';
import { type Actions, refuseWhileLocked, type TrayCall, type VaultCall } from './action.ts';
import { activityActions } from './activity/actions.ts';
import { applicationActions } from './applications/actions.ts';
import { backupActions } from './backup/actions.ts';
import { approvalActions, botActions, trayBotActions } from './bots/actions.ts';
import type { Approvals } from './bots/approvals.ts';
import { createAuthorizer } from './bots/authorizer.ts';
import { createAskForHolder, createPutOff } from './bots/open-intents.ts';
import { createPairing } from './bots/pairing.ts';
import { createProgramCheck } from './bots/program-check.ts';
import { createChangeNotifier } from './change-notifier.ts';
import { lockActions, trayLockActions } from './lock/actions.ts';
import { type AutoLock, createAutoLock } from './lock/auto-lock.ts';
import type { Deps, Peer, Pipe, PipeListener } from './ports.ts';
import { type Connections, createConnections } from './protocol/connections.ts';
import { recordRefusals } from './protocol/record-refusals.ts';
import { createRequests } from './protocol/requests.ts';
import { createServices, type Services } from './services.ts';
import { settingsActions } from './settings/actions.ts';
import { loadSettings } from './settings/settings.ts';
import type { SignIns } from './sign-in/sign-ins.ts';
import { streamActions } from './stream/actions.ts';
import { createThrottle } from './throttle.ts';
import { createVaultControl, type VaultControl } from './vault/vault-control.ts';
import { createVaultLoader, type VaultLoader } from './vault/vault-loader.ts';
import { freshState, isLocked, isRefreshHeld, type VaultState, whyShut } from './vault/vault-state.ts';
import { vaultView } from './vault/vault-view.ts';

/**
 * The vault: the one object behind the socket, the windows, the tray and the command line. Nothing
 * else in the program has a path to a token.
 */
export interface Vault {
  /** Loads what is stored and begins to look after it. Never waits for Twitch. */
  start(): Promise<void>;
  /**
   * Answers waiting bots with `shutting-down`, closes surfaces, begins no refresh any more, waits for those under
   * way, finishes writes. Takes as long as Twitch may take for a request (10 s), and half a minute at most.
   */
  stop(): Promise<void>;
  /** True while Twitch is to answer what quitting waits for. */
  busy(): boolean;
  view(): VaultView;
  /** The picture of somebody who signed in, as a PNG; null while there is none. */
  picture(userId: string): Promise<Uint8Array | null>;
  approvalView(): ApprovalView | null;
  signInView(): SignInView | null;
  /** Called, at most once a turn, after something a window shows has changed; returns how to stop. */
  onChange(listener: () => void): () => void;
  /** A local program has connected. */
  accept(pipe: Pipe): PipeListener;
  /** A program of another user was turned away before it could say a word. */
  refusedPeer(peer: Peer): void;
  /** The socket could not be opened (and why), or is open again. */
  socketProblem(problem: string | null): void;
  /** The computer woke up, the screen was unlocked or the network came back. */
  resume(): void;
  /** The screen was locked: Castkey does the same if it was told to. */
  screenLocked(): void;
  /** What the streamer can do in the windows; the lock is already minded. */
  actions: Actions<VaultCall>;
  /** What the tray's menu does: less, since any program on the session bus can click there. */
  trayActions: Actions<TrayCall>;
  /** The approval window was closed, which is a Deny of the question it showed, or was lost, which is no answer. */
  approval: Pick<Approvals, 'closed' | 'lost'>;
  /** The sign-in window was closed, or its page came to the redirect URI. */
  signIn: Pick<SignIns, 'closed' | 'lost' | 'redirected'>;
}

/** How soon the streamer is told again of a program that pesters her. */
const NOTIFY_AGAIN_MS = 3_600_000;
/**
 * So long quitting waits for Twitch: the answer to a refresh is the only copy of a new login. Each request has its
 * own limit of 10 s; a login that is imported takes two, and then writes. This one is for a request that hangs.
 */
const MAX_UNFINISHED_MS = 25_000;

/** A vault that does nothing until `start`. */
export function createVault(deps: Deps): Vault {
  const state = freshState();
  const notifier = createChangeNotifier(deps.timers);
  const { changed } = notifier;
  const services = createServices(deps, {
    isLocked: () => isLocked(state),
    settings: () => state.settings,
    connections: () => connections,
    changed,
  });
  const connections = openProtocol(services, state, changed);
  const loader = createVaultLoader(services, state, changed);
  const { control, autoLock } = createLocks(services, state, loader, changed);
  notifyOfLostLogins(services, state);
  const { approvals, scheduler, signIns } = services;
  return {
    async start() {
      state.settings = await loadSettings(deps.documents);
      await Promise.all([services.activity.load(), services.asking.load()]);
      autoLock.update();
      await services.people.load();
      await loader.open();
      services.endings.start();
      services.streamWatch.start();
      services.people.start();
      changed();
    },
    async stop() {
      state.stopped = true;
      autoLock.stop();
      notifier.stop();
      await stopServices(services, connections);
    },
    busy: () => services.unfinished.isBusy(),
    view: () => vaultView(services, state, notifier.count()),
    picture: services.people.picture,
    approvalView: () => approvals.view(),
    signInView: () => signIns.view(),
    onChange: notifier.listen,
    accept: (pipe) => connections.accept(pipe),
    refusedPeer: (peer) => connections.refused(peer),
    socketProblem(problem) {
      state.socketProblem = problem;
      changed();
    },
    resume() {
      services.endings.endDue();
      services.streamWatch.update();
      scheduler.resume();
    },
    screenLocked: () => autoLock.screenLocked(),
    actions: streamerActions(services, control),
    trayActions: trayActions(services, control),
    approval: approvals,
    signIn: signIns,
  };
}

/** All features' actions; one that is missing does not compile. */
function streamerActions(services: Services, control: VaultControl): Actions<VaultCall> {
  const actions: Actions<VaultCall> = {
    ...accountActions(services, control),
    ...activityActions(services, control),
    ...applicationActions(services, control),
    ...approvalActions(services),
    ...backupActions(services, control),
    ...botActions(services),
    ...lockActions(services, control),
    ...settingsActions(services, control),
    ...streamActions(services),
    ...services.signIns.actions,
  };
  return refuseWhileLocked(actions, control.whyShut);
}

/** Nothing here gives out anything: any program on the session bus can click. It opens questions, and takes back permissions. */
function trayActions(services: Services, control: VaultControl): Actions<TrayCall> {
  const actions = {
    ...trayAccountActions(services, control),
    ...trayBotActions(services),
    ...trayLockActions(control),
    ...streamActions(services),
  };
  return refuseWhileLocked(actions, control.whyShut);
}

/** The lock, the streamer's hand on it and what locks by itself; whatever changes one tells the others. */
function createLocks(
  services: Services,
  state: VaultState,
  loader: VaultLoader,
  changed: () => void,
): { control: VaultControl; autoLock: AutoLock } {
  const lockChanged = (): void => {
    autoLock.update();
    services.scheduler.hold(isRefreshHeld(state));
  };
  const control = createVaultControl(services, state, loader, { changed, lockChanged });
  const { settings, lock } = control;
  const autoLock = createAutoLock({ deps: services.deps, settings, isLocked: control.isLocked, lock });
  return { control, autoLock };
}

/** What local programs talk to. */
function openProtocol(services: Services, state: VaultState, changed: () => void): Connections {
  const { deps, activity, notices } = services;
  const isDue = createThrottle(deps.clock, NOTIFY_AGAIN_MS);
  const notifyOnce = (text: string): void => {
    if (isDue(text)) notices.add('warning', text);
  };
  const programCheck = createProgramCheck(services);
  const authorizer = createAuthorizer({ ...services, programCheck, notifyOnce });
  const putOff = createPutOff(deps.clock);
  const askForHolder = createAskForHolder({ ...services, programCheck, putOff });
  const why = () => whyShut(state, deps.box);
  const requests = createRequests({ ...services, whyShut: why, askForHolder, authorizer });
  return createConnections({
    ...services,
    authorizer,
    requests: recordRefusals(requests, activity),
    pair: createPairing({ ...services, putOff, isLocked: () => why() !== null || state.stopped, notifyOnce }),
    whyShut: why,
    changed,
  });
}

/** A login that died while nobody looks is told of by the system's own notification. */
function notifyOfLostLogins({ deps, accounts, activity, events }: Services, state: VaultState): void {
  events.listen((event) => {
    if (event.type !== 'token.invalidated') return;
    const login = accounts.loginsOf(event.userId)[0]?.login ?? 'An account';
    activity.add('token.invalidated', `${login} must sign in again`, { login, ok: false });
    if (state.settings.notify) {
      deps.desktop.notify({ title: `${login} is signed out`, body: 'Open Castkey and sign in again.' });
    }
  });
}

async function stopServices(services: Services, connections: Connections): Promise<void> {
  const {
    deps,
    accounts,
    activity,
    approvals,
    bots,
    endings,
    people,
    scheduler,
    signIns,
    streamWatch,
    unfinished,
  } = services;
  people.stop();
  scheduler.stop();
  streamWatch.stop();
  endings.stop();
  signIns.stop('shutting-down');
  approvals.stop('closing');
  connections.stop();
  const deadline = new Promise<void>((resolve) => deps.timers.after(MAX_UNFINISHED_MS, resolve));
  await Promise.race([unfinished.close(), deadline]);
  await Promise.all([accounts.stop(), bots.stop(), activity.stop()]);
}
