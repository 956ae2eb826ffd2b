import type { CallResult } from '../../shared/ipc.ts';
import type { VaultView } from '../../shared/views.ts';
import type { Log } from '../core/ports.ts';
import { OK, vaultLeft, vaultNotSwitched } from '../core/result.ts';
import type { Vault } from '../core/vault.ts';
import type { Mode } from './profile.ts';
import type { VaultRun } from './vault-run.ts';

interface Options {
  /** Without the sandbox: the real Twitch, or what `CASTKEY_TWITCH` names. */
  defaultMode: Mode;
  /** Where the last run was left. */
  startIn: Mode;
  startRun(mode: Mode): Promise<VaultRun>;
  /** Remembers whether the next start comes back to the sandbox. */
  remember(sandbox: boolean): Promise<void>;
  log: Log;
}

/** The vault in use. It can be exchanged for another one while windows and tray stay. */
export interface VaultSwitcher {
  start(): Promise<void>;
  /** The vault in use, or while it is being exchanged the one that was. */
  current(): Vault;
  /** The vault in use; waits while it is being exchanged. */
  settled(): Promise<Vault>;
  /** Its state. `seq` keeps rising across exchanges: windows drop what looks old. */
  view(): VaultView;
  useSandbox(on: boolean): Promise<CallResult<void>>;
  onChange(listener: () => void): void;
  /** True while the vault in use has something under way at Twitch that stopping waits for. */
  busy(): boolean;
  stop(): Promise<void>;
}

/** Nothing runs before `start`. */
export function createVaultSwitcher(options: Options): VaultSwitcher {
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  let run: VaultRun | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let shown = 0;
  let base = 0;
  let ending = false;

  const inUse = (): VaultRun => {
    if (run === null) throw new Error('no vault has been started');
    return run;
  };
  const begin = async (mode: Mode): Promise<void> => {
    run = await options.startRun(mode);
    base = shown + 1;
    run.vault.onChange(changed);
    changed();
  };
  /** One after the other; also `stop` waits for what is under way. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = turn.then(act);
    turn = next.catch(() => {});
    return next;
  };
  const switchTo = async (to: Mode): Promise<CallResult<void>> => {
    const from = inUse();
    if (from.mode.kind === to.kind) return OK;
    if (ending) return vaultLeft();
    await from.stop();
    if (ending) return vaultLeft(); // quitting meanwhile: no other vault is begun
    try {
      await begin(to);
    } catch (error) {
      options.log.error('another vault could not be started', { to: to.kind, error });
      await begin(from.mode);
      return vaultNotSwitched();
    }
    await options.remember(to.kind === 'sandbox');
    return OK;
  };
  return {
    start: () => inTurn(() => begin(options.startIn)),
    current: () => inUse().vault,
    settled: async () => {
      await turn;
      return inUse().vault;
    },
    view: () => {
      const view = inUse().vault.view();
      shown = Math.max(shown, base + view.seq);
      return { ...view, seq: base + view.seq };
    },
    useSandbox: (on) => inTurn(() => switchTo(on ? { kind: 'sandbox' } : options.defaultMode)),
    onChange: (listener) => void listeners.add(listener),
    busy: () => run?.vault.busy() ?? false,
    stop: async () => {
      ending = true;
      await turn;
      await run?.stop();
    },
  };
}
