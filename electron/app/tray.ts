import { nativeImage } from 'electron';
import type { CallResult } from '../../shared/ipc.ts';
import { createTray } from '../adapters/tray/tray.ts';
import type { TrayAction, VaultTrayAction } from '../adapters/tray/tray-menu.ts';
import type { Log } from '../core/ports.ts';
import type { Vault } from '../core/vault.ts';
import type { VaultSwitcher } from './vault-switcher.ts';

interface Options {
  /** Data URLs, drawn for screens with two dots a pixel. */
  pictures: { tray: string; trayAttention: string };
  switcher: VaultSwitcher;
  log: Log;
  openMain(): void;
  quit(): void;
}

/** The tray icon, kept up to date with the vault in use. */
export function showTray({ pictures, switcher, log, openMain, quit }: Options): void {
  const act = async (action: TrayAction): Promise<void> => {
    if (action.do === 'open') return openMain();
    if (action.do === 'quit') return quit();
    // A menu can't ask for a passphrase; the window does.
    if (action.do === 'unlock' && switcher.view().protection.kind === 'passphrase') return openMain();
    const { actions } = await switcher.settled();
    const result = await runOn(actions, action);
    if (!result.ok) log.warn('the tray could not do it', { action: action.do, why: result.error.message });
  };
  const icons = { normal: icon(pictures.tray), attention: icon(pictures.trayAttention) };
  const tray = createTray({ icons, act: (action) => void act(action) });
  switcher.onChange(() => tray.update(switcher.view()));
  tray.update(switcher.view());
}

async function runOn(actions: Vault['actions'], action: VaultTrayAction): Promise<CallResult<void>> {
  switch (action.do) {
    case 'refresh-all':
      return actions['account.refreshAll'].run();
    case 'refresh':
      return actions['account.refresh'].run({ userId: action.userId });
    case 'sign-in':
      return actions['account.signIn'].run({ userId: action.userId });
    case 'lock':
      return actions['vault.lock'].run();
    case 'unlock':
      return actions['vault.unlock'].run({});
  }
}

function icon(dataUrl: string): Electron.NativeImage {
  const picture = nativeImage.createFromDataURL(dataUrl);
  const sharp = nativeImage.createEmpty();
  sharp.addRepresentation({ scaleFactor: 1, ...halfSize(picture) });
  sharp.addRepresentation({ scaleFactor: 2, dataURL: dataUrl });
  return sharp;
}

function halfSize(picture: Electron.NativeImage): { dataURL: string } {
  const { width, height } = picture.getSize();
  return { dataURL: picture.resize({ width: width / 2, height: height / 2, quality: 'best' }).toDataURL() };
}
