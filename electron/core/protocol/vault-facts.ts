import type { VaultFacts } from '../../../shared/protocol.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Deps } from '../ports.ts';

/** What `status` tells paired bots of the vault itself: kinds and names, never an ID, a path or a secret. */
export function vaultFacts({ box, twitch }: Pick<Deps, 'box' | 'twitch'>, app: TwitchApplication | null): VaultFacts {
  const { kind, backend } = box.protection();
  return {
    protection: kind,
    backend,
    app: app?.kind ?? null,
    twitch: twitch.standIn === null ? 'real' : 'stand-in',
  };
}
