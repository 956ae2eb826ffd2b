import icon from './icon.png?inline';
import tray from './tray.png?inline';
import trayAttention from './tray-attention.png?inline';

/** Castkey's pictures as data URLs; drawn in the SVG files next to them. */
export const PICTURES = Object.freeze({ icon, tray, trayAttention });
