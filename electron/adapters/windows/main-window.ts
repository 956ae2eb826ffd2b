import { keepOnScreen } from './keep-on-screen.ts';
import type { WindowSet } from './window-set.ts';

interface Size {
  width: number;
  height: number;
}
interface Options {
  windows: Pick<WindowSet, 'get' | 'open'>;
  /** The size it had last time; null for the default. */
  readSize(): Size | null;
  saveSize(size: Size): void;
  /** What closing means now: away to the tray, or the end of the program. */
  closing(): 'hide' | 'quit' | 'close';
  quit(): void;
}

/** The main window: made when first shown, hidden rather than closed while Castkey goes on in the tray. */
export interface MainWindow {
  show(): void;
}

/** No window yet. One whose page is dead when it is shown is made anew; its size is saved whenever it closes. */
export function createMainWindow(options: Options): MainWindow {
  return {
    show() {
      const window = options.windows.get('main');
      if (window === null) return openWindow(options);
      if (window.webContents.isCrashed()) {
        window.destroy();
        return openWindow(options);
      }
      if (window.isMinimized()) window.restore();
      if (!window.isVisible()) keepOnScreen(window); // screens may have gone while it was away
      window.show();
      window.focus();
    },
  };
}

function openWindow(options: Options): void {
  const window = options.windows.open('main', { size: options.readSize() ?? undefined });
  window.on('close', (event) => {
    if (!window.isMaximized() && !window.isFullScreen()) options.saveSize(sizeOf(window));
    const meaning = options.closing();
    if (meaning === 'close') return;
    event.preventDefault();
    if (meaning === 'hide') window.hide();
    else options.quit();
  });
}

function sizeOf(window: Electron.BrowserWindow): Size {
  const { width, height } = window.getNormalBounds();
  return { width, height };
}
