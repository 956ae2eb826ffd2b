/** What the streamer sets. */
import type { ActionsOf } from '../action.ts';
import { stored } from '../result.ts';
import type { Services } from '../services.ts';
import type { VaultControl } from '../vault/vault-control.ts';
import { settingsChange } from './settings.ts';

/** Settings apply once the disk has them. */
export function settingsActions(
  { deps, activity }: Pick<Services, 'deps' | 'activity'>,
  switches: VaultControl,
): ActionsOf<'settings'> {
  return {
    'settings.change': {
      arg: settingsChange,
      whileLocked: false,
      async run(change) {
        const saved = await stored(deps.log, switches.setSettings({ ...switches.settings(), ...change }));
        if (saved.ok)
          activity.add('settings.changed', `You changed settings: ${Object.keys(change).join(', ')}`);
        return saved;
      },
    },
  };
}
