import { randomBytes } from 'node:crypto';
import type { Actions, VaultCall } from '../../electron/core/action.ts';
import type { Deps, Pipe, PipeListener } from '../../electron/core/ports.ts';
import { DEFAULT_SETTINGS } from '../../electron/core/settings/settings.ts';
import { createVault, type Vault } from '../../electron/core/vault.ts';
import type { CallResult } from '../../shared/ipc.ts';
import type { ApprovalView, SignInView } from '../../shared/prompt-views.ts';
import { REDIRECT_URI } from '../../shared/twitch-app.ts';
import type { ApplicationView, VaultView } from '../../shared/views.ts';
import { createFakeComputer } from './fake-computer.ts';
import { createFakeDocumentStore } from './fake-document-store.ts';
import { createFakeLines, createFakeLog } from './fake-log.ts';
import { createFakeTime } from './fake-time.ts';
import { createFakeTwitch } from './fake-twitch.ts';
import { createFakeApproval, createFakeSignIn } from './fake-windows.ts';

/** A vault that holds nothing and writes down what it was told. */
export interface FakeVault extends Vault {
  told: string[];
  change(part: Partial<VaultView>): void;
  ask(approval: ApprovalView | null, signIn: SignInView | null): void;
}

const yes: CallResult<void> = { ok: true, value: undefined };

/** What a vault nobody has set up shows. */
export function emptyView(): VaultView {
  return {
    seq: 0,
    version: '0.0.0',
    electron: { version: '33.2.1', outdated: true },
    notTwitch: null,
    applications: [],
    redirectUri: REDIRECT_URI,
    stream: { mode: false, live: [] },
    questions: [],
    locked: false,
    lockReason: null,
    protection: {
      kind: 'none',
      backend: 'basic_text',
      needsPassphrase: false,
      needsKeychain: null,
      damaged: false,
      problem: null,
    },
    socketProblem: null,
    socketPath: '/nowhere/castkey.sock',
    passedOver: [],
    accounts: [],
    bots: [],
    activity: [],
    settings: { ...DEFAULT_SETTINGS, notify: false },
    notices: [],
  };
}

const defaultApplication = (clientId: string): ApplicationView => ({
  ...{ clientId, kind: 'public', label: '', source: 'entered', addedAt: 0, isDefault: true, usable: true },
});

/** The actions of a real vault: what their arguments must look like is theirs. */
function realActions(): Actions<VaultCall> {
  const time = createFakeTime();
  const { http, environment } = createFakeTwitch(time.elsewhere);
  const log = createFakeLog();
  const vault: Vault = createVault({
    ...createFakeComputer(log, '/run/s'),
    clock: time.clock,
    timers: time.timers,
    random: { bytes: (count) => randomBytes(count) },
    http,
    accounts: createFakeDocumentStore(),
    documents: createFakeDocumentStore(),
    activity: createFakeLines(),
    approval: createFakeApproval(() => vault, time.timers),
    signIn: createFakeSignIn(),
    log,
    twitch: environment,
  });
  return vault.actions;
}

/** Makes one; `deps` only for what its view tells of them. */
export function createFakeVault(deps?: Pick<Deps, 'twitch' | 'host'>): FakeVault {
  const listeners = new Set<() => void>();
  const told: string[] = [];
  let view = emptyView();
  if (deps !== undefined)
    view = {
      ...view,
      notTwitch: deps.twitch.standIn,
      socketPath: deps.host.socketPath,
      passedOver: deps.host.passedOver,
      electron: deps.host.electron,
    };
  let approval: ApprovalView | null = null;
  let signIn: SignInView | null = null;
  const emit = (): void => {
    view = { ...view, seq: view.seq + 1 };
    for (const listener of listeners) listener();
  };
  const note = (what: string): CallResult<void> => {
    told.push(what);
    return yes;
  };
  const reads: Record<string, () => unknown> = {
    'approval.read': () => approval,
    'signIn.read': () => signIn,
  };
  const run = async (name: string, arg: unknown): Promise<unknown> => {
    const read = reads[name];
    if (read) return { ok: true, value: read() };
    if (name === 'app.configure')
      view = { ...view, applications: [defaultApplication((arg as { clientId: string }).clientId)] };
    emit();
    return note(`${name} ${JSON.stringify(arg) ?? ''}`.trim());
  };
  const actions = Object.fromEntries(
    Object.entries(realActions()).map(([name, action]) => [
      name,
      { ...action, run: (arg: unknown) => run(name, arg) },
    ]),
  ) as Actions<VaultCall>;
  return {
    told,
    change: (part) => {
      view = { ...view, ...part };
      emit();
    },
    ask: (nextApproval, nextSignIn) => {
      approval = nextApproval;
      signIn = nextSignIn;
      emit();
    },
    start: async () => void note('start'),
    stop: async () => void note('stop'),
    busy: () => false,
    view: () => view,
    picture: async () => null,
    approvalView: () => approval,
    signInView: () => signIn,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    accept: (_pipe: Pipe): PipeListener => ({ data: () => {}, drained: () => {}, closed: () => {} }),
    refusedPeer: (peer) => void note(`refused ${peer.uid}`),
    socketProblem: (problem) => {
      view = { ...view, socketProblem: problem };
      emit();
    },
    resume: () => void note('resume'),
    screenLocked: () => void note('screenLocked'),
    actions,
    trayActions: actions,
    approval: { closed: () => void note('approval closed'), lost: () => void note('approval lost') },
    signIn: {
      closed: () => void note('signIn closed'),
      lost: () => void note('signIn lost'),
      redirected: () => void note('redirected'),
    },
  };
}
