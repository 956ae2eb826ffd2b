import { type BrowserWindow, screen } from 'electron';
import { within } from '../../policy/on-screen.ts';

/**
 * Brings a window to where all of it can be seen, on the screen it is nearest to: the one it was on, or was as
 * large as, may be gone. On a very small screen it may become smaller than it otherwise may.
 */
export function keepOnScreen(window: BrowserWindow): void {
  if (window.isMaximized() || window.isFullScreen() || window.isMinimized()) return;
  const before = window.getBounds();
  const { workArea } = screen.getDisplayMatching(before);
  const [minWidth = 0, minHeight = 0] = window.getMinimumSize();
  window.setMinimumSize(Math.min(minWidth, workArea.width), Math.min(minHeight, workArea.height));
  const after = within(before, workArea);
  const moved = (['x', 'y', 'width', 'height'] as const).some((side) => before[side] !== after[side]);
  if (moved) window.setBounds(after);
}
