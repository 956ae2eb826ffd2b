import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import type { VaultView } from '../../../shared/views.ts';
import {
  quittingMenu,
  quittingState,
  type TrayAction,
  type TrayItem,
  type TrayState,
  trayMenu,
  trayState,
} from './tray-menu.ts';

interface Options {
  icons: { normal: Electron.NativeImage; attention: Electron.NativeImage };
  act(action: TrayAction): void;
}

/** The tray icon and its menu. Where the desktop has no tray it is there all the same, unseen. */
export interface TrayIcon {
  update(view: VaultView): void;
  /** Says that Castkey quits, and offers nothing more; `busy`: it waits for Twitch. */
  showQuitting(busy: boolean): void;
}

/** Puts Castkey into the tray, with an empty menu until the first `update`. */
export function createTray({ icons, act }: Options): TrayIcon {
  const tray = new Tray(icons.normal);
  tray.on('click', () => act({ do: 'open' }));
  let menu = '';
  let state = '';
  const show = (items: TrayItem[], now: TrayState): void => {
    if (state !== JSON.stringify(now)) {
      state = JSON.stringify(now);
      tray.setToolTip(now.text);
      tray.setImage(now.attention ? icons.attention : icons.normal);
    }
    // An open menu closes when it is set again, and Linux shows changes only then.
    if (menu === JSON.stringify(items)) return;
    menu = JSON.stringify(items);
    tray.setContextMenu(Menu.buildFromTemplate(items.map((item) => toTemplate(item, act))));
  };
  return {
    update: (view) => show(trayMenu(view), trayState(view)),
    showQuitting: (busy) => show(quittingMenu(busy), quittingState(busy)),
  };
}

function toTemplate(item: TrayItem, act: (action: TrayAction) => void): MenuItemConstructorOptions {
  if (item.kind === 'line') return { type: 'separator' };
  if (item.kind === 'note') return { label: item.label, enabled: false };
  if (item.kind === 'check') {
    const { label, checked, enabled, action } = item;
    return { type: 'checkbox', label, checked, enabled, click: () => act(action) };
  }
  if (item.kind === 'submenu')
    return { label: item.label, submenu: item.items.map((inner) => toTemplate(inner, act)) };
  return { label: item.label, click: () => act(item.action) };
}
