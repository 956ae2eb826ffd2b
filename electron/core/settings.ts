import { z } from 'zod';
import type { SettingsView } from '../../shared/views.ts';
import type { DocumentStore } from './ports.ts';

const stored = z
  .object({ openAtLogin: z.boolean(), closeToTray: z.boolean(), notify: z.boolean() })
  .partial();
/** As Castkey comes. */
export const USUAL_SETTINGS: SettingsView = { openAtLogin: false, closeToTray: true, notify: true };

/** What the streamer set; anything missing or odd is as usual. */
export async function loadSettings(documents: DocumentStore): Promise<SettingsView> {
  const document = await documents.read('settings');
  const parsed = stored.safeParse(document.kind === 'read' ? document.value : {});
  if (!parsed.success) return USUAL_SETTINGS;
  const { openAtLogin, closeToTray, notify } = parsed.data;
  return {
    openAtLogin: openAtLogin ?? USUAL_SETTINGS.openAtLogin,
    closeToTray: closeToTray ?? USUAL_SETTINGS.closeToTray,
    notify: notify ?? USUAL_SETTINGS.notify,
  };
}
