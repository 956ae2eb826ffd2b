/** A vault that can be killed as by SIGKILL: nothing it planned happens any more, and no answer reaches it. */
import type { Deps } from '../../electron/core/ports.ts';
import { createVault } from '../../electron/core/vault.ts';
import type { VaultFixture } from './vault-fixture.ts';

/** A write takes this long, so that a kill can fall into it. */
export const WRITE_MS = 20;

export interface KillableVault {
  /** Refreshes that were sent while one for the same refresh token was still unanswered. */
  doubled: number;
  kill(): void;
}

/** Replaces the vault of a fixture by one that can be killed, over the same disk. */
export async function makeKillable(fixture: VaultFixture): Promise<KillableVault> {
  let alive = true;
  const unanswered = new Set<string>();
  const killable: KillableVault = {
    doubled: 0,
    kill() {
      alive = false;
    },
  };
  const never = new Promise<never>(() => undefined);
  const { deps } = fixture;
  const writing = (store: Deps['accounts']): Deps['accounts'] => ({
    names: () => store.names(),
    read: (name) => store.read(name),
    write: async (name, value) => {
      await new Promise<void>((resolve) => deps.timers.after(WRITE_MS, resolve));
      if (!alive) return never;
      await store.write(name, value);
    },
    writeUnless: async (name, value, mustStay) => {
      await new Promise<void>((resolve) => deps.timers.after(WRITE_MS, resolve));
      return alive ? store.writeUnless(name, value, mustStay) : never;
    },
    setAside: (name) => (alive ? store.setAside(name) : never),
    remove: (name) => (alive ? store.remove(name) : never),
  });
  fixture.vault = createVault({
    ...deps,
    accounts: writing(deps.accounts),
    documents: writing(deps.documents),
    timers: { after: (ms, run) => deps.timers.after(ms, () => alive && run()) },
    http: async (request) => {
      if (!alive) return never;
      const token = new URLSearchParams(request.body).get('refresh_token');
      if (token !== null && unanswered.has(token)) killable.doubled += 1;
      if (token !== null) unanswered.add(token);
      const reply = await deps.http(request);
      if (token !== null) unanswered.delete(token);
      return alive ? reply : never;
    },
  });
  await fixture.vault.start();
  await fixture.time.settle();
  return killable;
}
