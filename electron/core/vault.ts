import type { ApprovalView, SignInView, VaultView } from '../../shared/views.ts';
import { accountActions } from './accounts/actions.ts';
import { type Actions, refuseWhileLocked, type VaultCall } from './action.ts';
import { activityActions } from './activity/actions.ts';
import { applicationActions } from './applications/actions.ts';
import { backupActions } from './backup/actions.ts';
import { approvalActions, botActions } from './bots/actions.ts';
import type { Approvals } from './bots/approvals.ts';
import { createAuthorizer } from './bots/authorizer.ts';
import { createPairing } from './bots/pairing.ts';
import { createProgramCheck } from './bots/program-check.ts';
import { createChangeNotifier } from './change-notifier.ts';
import { lockActions } from './lock/actions.ts';
import { createAutoLock, type AutoLock } from './lock/auto-lock.ts';
import type { Deps, Peer, Pipe, PipeListener } from './ports.ts';
import { type Bridge, createBridge } from './protocol/connections.ts';
import { recordRefusals } from './protocol/record-refusals.ts';
import { createRequests } from './protocol/requests.ts';
import { vaultFacts } from './protocol/vault-facts.ts';
import { createServices, type Services } from './services.ts';
import { settingsActions } from './settings/actions.ts';
import { loadSettings } from './settings/settings.ts';
import type { SignIns } from './sign-in/sign-ins.ts';
import { createThrottle } from './throttle.ts';
import { createVaultControl, type VaultControl } from './vault/vault-control.ts';
import { createVaultLoader, type VaultLoader } from './vault/vault-loader.ts';
import { freshState, type VaultState } from './vault/vault-state.ts';
import { vaultView } from './vault/vault-view.ts';

/**
 * The vault: the one object behind the socket, the windows, the tray and the command line. Nothing
 * else in the program has a path to a token.
 */
export interface Vault {
  /** Loads what is stored and begins to look after it. Never waits for Twitch. */
  start(): Promise<void>;
  /** Answers waiting bots with `shutting-down`, closes surfaces, finishes writes. Takes seconds at most. */
  stop(): Promise<void>;
  view(): VaultView;
  approvalView(): ApprovalView | null;
  signInView(): SignInView | null;
  /** Called, at most once a turn, after something a window shows has changed; returns how to stop. */
  onChange(listener: () => void): () => void;
  /** A local program has connected. */
  accept(pipe: Pipe): PipeListener;
  /** A program of another user was turned away before it could say a word. */
  refusedPeer(peer: Peer): void;
  /** The bridge could not be opened (and why), or is open again. */
  socketProblem(problem: string | null): void;
  /** The computer woke up, the screen was unlocked or the network came back. */
  resume(): void;
  /** The screen was locked: Castkey does the same if it was told to. */
  screenLocked(): void;
  /** What the streamer can do in the windows and the tray; the lock is already minded. */
  actions: Actions<VaultCall>;
  /** The approval window was closed: the same as Deny for the request it showed. */
  approval: Pick<Approvals, 'closed'>;
  /** The sign-in window was closed, or its page came to the redirect URI. */
  signIn: Pick<SignIns, 'closed' | 'redirected'>;
}

/** How soon the streamer is told again of a program that pesters her. */
const TELL_AGAIN_MS = 3_600_000;
/** So long quitting waits for Twitch: the answer to a refresh is the only copy of a new login. */
const MAX_REFRESH_MS = 4_000;

/** A vault that does nothing until `start`. */
export function createVault(deps: Deps): Vault {
  const state = freshState();
  const change = createChangeNotifier(deps.timers);
  const { changed } = change;
  const locked = (): boolean => state.locked !== null;
  const parts: Services = { ...createServices(deps, () => state.app, locked, changed), bridge: () => bridge };
  const bridge = openSocketHost(parts, state, changed);
  const opening = createVaultLoader(parts, state, changed);
  const { approvals, signIns } = parts;
  const { switches, locking } = openLocks(parts, state, opening, changed);
  tellOfLostLogins(parts, state);
  return {
    async start() {
      state.settings = await loadSettings(deps.documents);
      await parts.activity.load();
      locking.rethink();
      await opening.open();
      changed();
    },
    async stop() {
      state.stopped = true;
      locking.stop();
      change.stop();
      await stopParts(parts);
    },
    view: () => vaultView(parts, state, change.count()),
    approvalView: () => approvals.view(),
    signInView: () => signIns.view(),
    onChange: change.listen,
    accept: (pipe) => bridge.accept(pipe),
    refusedPeer: (peer) => bridge.refused(peer),
    socketProblem(problem) {
      state.socketProblem = problem;
      changed();
    },
    resume: () => parts.upkeep.resume(),
    screenLocked: () => locking.screenLocked(),
    actions: streamerActions(parts, switches),
    approval: approvals,
    signIn: signIns,
  };
}

/** All features' actions; one that is missing does not compile. */
function streamerActions(parts: Services, switches: VaultControl): Actions<VaultCall> {
  const actions: Actions<VaultCall> = {
    ...accountActions(parts, switches),
    ...activityActions(parts),
    ...applicationActions(parts, switches),
    ...approvalActions(parts),
    ...backupActions(parts, switches),
    ...botActions(parts),
    ...lockActions(parts, switches),
    ...settingsActions(parts, switches),
    ...parts.signIns.actions,
  };
  return refuseWhileLocked(actions, switches.locked);
}

/** The lock, the streamer's hand on it and the clockwork; whatever changes one tells the others. */
function openLocks(
  parts: Services,
  state: VaultState,
  opening: VaultLoader,
  changed: () => void,
): { switches: VaultControl; locking: AutoLock } {
  const rethink = (): void => {
    locking.rethink();
    parts.upkeep.hold(state.locked !== null && !state.settings.refreshWhileLocked);
  };
  const switches = createVaultControl(parts, state, opening, changed, rethink);
  const { settings, locked, lock } = switches;
  const locking = createAutoLock({ deps: parts.deps, settings, locked, lock });
  return { switches, locking };
}

function openSocketHost(parts: Services, state: VaultState, changed: () => void): Bridge {
  const { deps, accounts, activity, approvals, bots, events, notices, provider, signIns } = parts;
  const { programChanges } = parts;
  const admission = createProgramCheck(programChanges, accounts, bots, approvals, activity);
  const seldom = createThrottle(deps.clock, TELL_AGAIN_MS);
  const tellOnce = (text: string): void => {
    if (seldom(text)) notices.add('warning', text);
  };
  const permits = createAuthorizer(deps, accounts, bots, approvals, signIns, activity, admission, tellOnce);
  const pair = createPairing(deps, accounts, bots, approvals, activity, tellOnce);
  const app = () => state.app;
  // Locked by the streamer, or sealed until she gives her passphrase: bots can't tell, and none can be paired.
  const locked = () => state.locked !== null || deps.box.protection().needsPassphrase;
  const facts = () => vaultFacts(deps, state.app);
  const answers = createRequests({ host: deps.host, app, locked, facts, accounts, provider, permits });
  const requests = recordRefusals(answers, activity);
  const clientId = () => state.app?.clientId ?? null;
  return createBridge(
    { deps, bots, requests, activity, notices, programChanges, pair, clientId, locked, changed },
    accounts,
    permits,
    events,
  );
}

/** A login that died while nobody looks is told of by the system's own notification. */
function tellOfLostLogins({ deps, accounts, activity, events }: Services, state: VaultState): void {
  events.listen((event) => {
    if (event.type !== 'token.invalidated') return;
    const login = accounts.get(event.userId)?.login ?? 'An account';
    activity.add('token.invalidated', `${login} must sign in again`, { login, ok: false });
    if (state.settings.notify) {
      deps.desktop.notify({ title: `${login} is signed out`, body: 'Open Castkey and sign in again.' });
    }
  });
}

async function stopParts(parts: Services): Promise<void> {
  const { deps, accounts, activity, approvals, bots, bridge, refreshing, signIns, upkeep } = parts;
  upkeep.stop();
  signIns.stop('shutting-down');
  approvals.stop('closing');
  bridge().stop();
  const longest = new Promise<void>((resolve) => deps.timers.after(MAX_REFRESH_MS, resolve));
  await Promise.race([refreshing.settled(), longest]);
  await Promise.all([accounts.stop(), bots.stop(), activity.stop()]);
}
