import type { WindowRole } from '../../../shared/ipc.ts';
import type { WindowSet } from './window-set.ts';

/** A window that asks the streamer something: there while core has a question, gone when it is settled. */
export interface PromptWindow {
  show(): void;
  hide(): void;
}

/**
 * What the window shows reaches it by the push of its role. `onClosed` is called when the streamer
 * closes it, or its page crashes: that is an answer too. It is not called after `hide`.
 */
export function createPromptWindow(
  role: Exclude<WindowRole, 'main'>,
  windows: Pick<WindowSet, 'get' | 'open'>,
  onClosed: () => void,
): PromptWindow {
  const dismissed = new WeakSet<object>();
  return {
    show() {
      const shown = windows.get(role);
      if (shown !== null) {
        shown.moveTop();
        return;
      }
      const window = windows.open(role);
      window.webContents.on('render-process-gone', () => window.destroy());
      window.on('closed', () => {
        if (!dismissed.has(window)) onClosed();
      });
    },
    hide() {
      const window = windows.get(role);
      if (window === null) return;
      dismissed.add(window);
      window.destroy();
    },
  };
}
