import { nativeImage } from 'electron';
import type { CallResult } from '../../shared/ipc.ts';
import { createTray } from '../adapters/tray/tray.ts';
import type { TrayAction, VaultTrayAction } from '../adapters/tray/tray-menu.ts';
import type { Log } from '../core/ports.ts';
import type { Vault } from '../core/vault.ts';
import type { Quit } from './quit.ts';
import type { Display } from './restart.ts';
import type { VaultSwitcher } from './vault-switcher.ts';

interface Options {
  /** Data URLs, drawn for screens with two dots a pixel. */
  pictures: { tray: string; trayAttention: string };
  display: Display;
  switcher: VaultSwitcher;
  log: Log;
  openMain(): void;
  quit: Quit;
}

/** The tray icon, kept up to date with the vault in use; none without a display. */
export function showTray({ pictures, display, switcher, log, openMain, quit }: Options): void {
  if (display !== 'there') return;
  const act = async (action: TrayAction): Promise<void> => {
    // Whoever clicks may be any program on the session bus: unlocking is asked for in the window, and only there.
    if (action.do === 'open' || action.do === 'unlock' || action.do === 'keep') return openMain();
    if (action.do === 'quit') return quit.begin();
    const { trayActions } = await switcher.settled();
    const result = await runOn(trayActions, action);
    if (result.ok) return;
    log.warn('the tray could not do it', { action: action.do, why: result.error.message });
    if (action.do === 'sign-in' || action.do === 'answer') openMain(); // locked, or asked for once more: the window has what helps
  };
  const icons = { normal: icon(pictures.tray), attention: icon(pictures.trayAttention) };
  const tray = createTray({ icons, act: (action) => void act(action) });
  const update = (): void =>
    quit.underWay() ? tray.showQuitting(switcher.busy()) : tray.update(switcher.view());
  switcher.onChange(update);
  quit.onBegin(update);
  update();
}

async function runOn(actions: Vault['trayActions'], action: VaultTrayAction): Promise<CallResult<void>> {
  switch (action.do) {
    case 'refresh-all':
      return actions['account.refreshAll'].run();
    case 'refresh':
      return actions['account.refresh'].run({ userId: action.userId });
    case 'sign-in': {
      const { userId, clientId } = action;
      return actions['account.signIn'].run({ userId, ...(clientId !== undefined && { clientId }) });
    }
    case 'answer':
      return actions['question.open'].run();
    case 'stream-mode':
      return actions['stream.setMode'].run({ on: action.on });
    case 'end':
      return actions['grant.revoke'].run({ keyId: action.keyId, grantId: action.grantId });
    case 'lock':
      return actions['vault.lock'].run();
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
