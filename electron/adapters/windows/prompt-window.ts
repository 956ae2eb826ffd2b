import type { BrowserWindow } from 'electron';
import type { WindowRole } from '../../../shared/ipc.ts';
import { keepOnScreen } from './keep-on-screen.ts';
import type { WindowSet } from './window-set.ts';

/** A window that asks the streamer something: there while core has a question, gone when it is settled. */
export interface PromptWindow {
  /**
   * Opens it, or brings it to the front. For a question with another ID it is a new window. Only one that the streamer herself asked for
   * (`byHer`) takes the keyboard: no bot may take it from what she is typing in, or playing.
   */
  show(question: { id: string }, byHer: boolean): void;
  hide(): void;
  /** Whether it is on the screen, as far as the system tells. */
  visible(): boolean;
}

/** What core hears of the window; nothing after `hide`. */
export interface PromptListener {
  /** The streamer closed it: that is an answer. */
  closed(): void;
  /** It is gone, as its page could not be loaded or crashed: that is no answer. What it asked can be shown anew. */
  lost(): void;
}

/** Pixels that a window following another is moved, so that none of its buttons lies under the pointer. */
const SHIFT = 72;
/** Chromium's ERR_ABORTED: a navigation that was called off, as by `destroy`. */
const ABORTED = -3;

/** What the window shows reaches it by the push of its role. */
export function createPromptWindow(
  role: Exclude<WindowRole, 'main'>,
  windows: Pick<WindowSet, 'get' | 'open'>,
  listener: PromptListener,
): PromptWindow {
  /** Windows that core wants no more; whoever else closes one has answered. */
  const dismissed = new WeakSet<BrowserWindow>();
  let shown: string | null = null;
  let turn = 0;

  function dismiss(): void {
    const window = windows.get(role);
    if (window === null) return;
    dismissed.add(window);
    window.destroy();
  }

  function open(focus: boolean): void {
    const window = windows.open(role, { focus });
    if (turn % 2 === 1) shift(window);
    turn += 1;
    window.webContents.on('render-process-gone', () => lose(window));
    window.webContents.on('did-fail-load', (_event, code, _text, _url, isMainFrame) => {
      if (isMainFrame && code !== ABORTED) lose(window);
    });
    window.on('closed', () => {
      if (!dismissed.has(window)) listener.closed();
    });
  }

  function lose(window: BrowserWindow): void {
    if (dismissed.has(window)) return;
    dismiss();
    listener.lost();
  }

  return {
    show({ id }, byHer) {
      if (shown === id && windows.get(role) !== null) {
        windows.get(role)?.moveTop();
        return;
      }
      dismiss();
      shown = id;
      open(byHer);
    },
    hide() {
      shown = null;
      dismiss();
    },
    visible: () => {
      const window = windows.get(role);
      return window?.isVisible() === true && !window.isMinimized();
    },
  };
}

function shift(window: BrowserWindow): void {
  const [x = 0, y = 0] = window.getPosition();
  window.setPosition(x + SHIFT, y + SHIFT);
  keepOnScreen(window);
}
