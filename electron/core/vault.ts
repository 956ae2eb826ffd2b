import type { CallResult, MainCalls } from '../../shared/calls.ts';
import { REDIRECT_URI } from '../../shared/twitch-app.ts';
import type { ApprovalView, BotView, SettingsView, SignInView, VaultView } from '../../shared/views.ts';
import { accountView } from './accounts/view.ts';
import { createActions, type Switches } from './actions.ts';
import type { Bot } from './bots/bots.ts';
import { createPairing } from './bots/pairing.ts';
import { createPermits } from './bots/permits.ts';
import { createParts, type Parts } from './parts.ts';
import type { Deps, Pipe, PipeListener } from './ports.ts';
import { loadSettings } from './settings.ts';
import { loadApp, type TwitchApp } from './twitch/app.ts';
import { createBridge } from './wire/bridge.ts';
import { createRequests } from './wire/requests.ts';

/** Turns a call's signature into an asynchronous one that answers with a value. */
type Answering<F> = F extends (...args: infer A) => infer V ? (...args: A) => Promise<CallResult<V>> : never;

/** What the streamer can do in the main window and the tray, minus what the desktop shell does itself. */
export type VaultActions = {
  [C in Exclude<keyof MainCalls, 'state.read' | 'sandbox.use' | 'page.open'>]: Answering<MainCalls[C]>;
};

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
  /** The bridge could not be opened (and why), or is open again. */
  socketProblem(problem: string | null): void;
  /** The computer woke up, the screen was unlocked or the network came back. */
  resume(): void;
  actions: VaultActions;
  approval: {
    decide(req: {
      id: string;
      verdict: 'always' | 'once' | 'deny';
      intents?: Record<string, string>;
    }): CallResult<void>;
    /** The window was closed: the same as Deny for the request it showed. */
    closed(): void;
  };
  signIn: {
    here(id: string): CallResult<void>;
    browser(id: string): Promise<CallResult<void>>;
    copyLink(id: string): Promise<CallResult<void>>;
    back(id: string): CallResult<void>;
    cancel(id: string): CallResult<void>;
    /** The window was closed: the same as Cancel. */
    closed(): void;
    /** The Twitch page tried to go to the redirect URI; the URL holds a one-time code, so never log it. */
    redirected(url: string): void;
  };
}

/** So long quitting waits for Twitch: the answer to a refresh is the only copy of a new login. */
const LONGEST_REFRESH_MS = 4_000;
/** How soon a keychain that could not be opened is tried again. */
const UNSEAL_RETRY_MS = 15_000;
const SHOWN_ACTIVITY = 200;

/** A vault that does nothing until `start`. */
export function createVault(deps: Deps): Vault {
  const listeners = new Set<() => void>();
  let app: TwitchApp | null = null;
  let settings: SettingsView = { openAtLogin: false, closeToTray: true, notify: true };
  let locked = false;
  let socketProblem: string | null = null;
  let seq = 0;
  let telling = false;
  let stopped = false;

  /** Tells windows and tray, once a turn however much has changed. */
  function changed(): void {
    if (telling || stopped) return;
    telling = true;
    deps.timers.after(0, () => {
      telling = false;
      seq += 1;
      for (const listener of [...listeners]) listener();
    });
  }

  const parts: Parts = { ...createParts(deps, () => app, changed), bridge: () => bridge };
  const { accounts, activity, approvals, bots, events, notices, provider, refreshing, signIns, upkeep } =
    parts;
  const permits = createPermits(deps, accounts, bots, approvals, signIns, activity);
  const requests = createRequests({
    host: deps.host,
    app: () => app,
    locked: () => locked,
    accounts,
    provider,
    permits,
  });
  const bridge = createBridge(
    {
      deps,
      bots,
      requests,
      activity,
      pair: createPairing(deps, accounts, bots, approvals, activity),
      clientId: () => app?.clientId ?? null,
      locked: () => locked,
      changed,
    },
    accounts,
    permits,
    events,
  );

  async function loadAccounts(): Promise<void> {
    if (app === null) return;
    const { problems, sealed } = await accounts.load(app.clientId);
    for (const problem of problems) notices.add('error', problem);
    if (sealed) retryLater();
    upkeep.start();
    changed();
  }

  /** Reads everything that is sealed; called again when the keychain or the passphrase is there. */
  async function unsealed(): Promise<void> {
    const stored = await loadApp(deps.documents, deps.box);
    if (stored.kind === 'app') app = stored.app;
    if (stored.kind === 'sealed') retryLater();
    for (const problem of await bots.load()) notices.add('error', problem);
    await loadAccounts();
  }

  function retryLater(): void {
    notices.add(
      'warning',
      'The system’s keychain can’t be opened yet, so logins are waiting. Nothing is lost.',
    );
    deps.timers.after(UNSEAL_RETRY_MS, () => void (stopped || unsealed()));
  }

  const soon = (ms: number): Promise<void> => new Promise((resolve) => deps.timers.after(ms, resolve));

  const switches: Switches = {
    app: () => app,
    async takeApp(next) {
      signIns.stop('setup');
      if (app?.clientId !== next.clientId) await refreshing.settled(); // its answers belong to the old one
      app = next;
      await loadAccounts();
    },
    locked: () => locked,
    setLocked(next) {
      if (locked === next) return;
      locked = next;
      if (locked) {
        signIns.stop('locked');
        approvals.stop('locked');
      }
      events.emit({ type: locked ? 'vault.locked' : 'vault.unlocked' });
      activity.add(
        locked ? 'vault.locked' : 'vault.unlocked',
        locked ? 'Castkey was locked' : 'Castkey was unlocked',
      );
    },
    settings: () => settings,
    async setSettings(next) {
      await deps.documents.write('settings', next);
      settings = next;
      deps.desktop.applySettings(settings);
      changed();
    },
    unsealed,
  };

  events.listen((event) => {
    if (event.type !== 'token.invalidated') return;
    const login = accounts.get(event.userId)?.login ?? 'An account';
    activity.add('token.invalidated', `${login} must sign in again`, { login, ok: false });
    if (settings.notify) {
      deps.desktop.notify({ title: `${login} is signed out`, body: 'Open Castkey and sign in again.' });
    }
  });

  const botView = (bot: Bot): BotView => ({
    keyId: bot.keyId,
    name: bot.name,
    pairedAt: bot.pairedAt,
    lastSeenAt: bot.lastSeenAt,
    connections: bridge.connectionsOf(bot.keyId),
    program: bot.program,
    grants: bot.grants.map((grant) => {
      const account =
        grant.userId === null ? accounts.holder(grant.intent ?? '') : accounts.get(grant.userId);
      return { ...grant, login: account?.login ?? null };
    }),
  });

  return {
    async start() {
      settings = await loadSettings(deps.documents);
      await activity.load();
      if (!deps.box.protection().needsPassphrase) await unsealed();
      changed();
    },
    async stop() {
      stopped = true;
      upkeep.stop();
      signIns.stop('shutting-down');
      approvals.stop('closing');
      bridge.stop();
      await Promise.race([refreshing.settled(), soon(LONGEST_REFRESH_MS)]);
      await Promise.all([accounts.stop(), bots.stop(), activity.stop()]);
    },
    view: () => ({
      seq,
      version: deps.host.version,
      electron: deps.host.electron,
      notTwitch: deps.twitch.standIn,
      app: app && { clientId: app.clientId, kind: app.kind, redirectUri: REDIRECT_URI },
      locked,
      protection: deps.box.protection(),
      socketProblem,
      socketPath: deps.host.socketPath,
      accounts: accounts
        .list()
        .map((account) => accountView(account, accounts.intentsOf(account.userId), deps.clock.now())),
      bots: bots.list().map(botView),
      activity: activity.list().slice(0, SHOWN_ACTIVITY),
      settings,
      notices: notices.list(),
    }),
    approvalView: () => approvals.view(),
    signInView: () => signIns.view(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    accept: (pipe) => bridge.accept(pipe),
    socketProblem(problem) {
      socketProblem = problem;
      changed();
    },
    resume: () => upkeep.resume(),
    actions: createActions(parts, switches),
    approval: {
      decide: ({ id, verdict, intents = {} }) =>
        approvals.decide(id, verdict, intents) ? { ok: true, value: undefined } : NOT_NOW,
      closed: () => approvals.closed(),
    },
    signIn: {
      here: signIns.here,
      browser: signIns.browser,
      copyLink: signIns.copyLink,
      back: signIns.back,
      cancel: signIns.cancel,
      closed: signIns.closed,
      redirected: signIns.redirected,
    },
  };
}

const NOT_NOW: CallResult<void> = {
  ok: false,
  error: { code: 'refused', message: 'That question is no longer open, or was shown too short a time ago.' },
};
