import { z } from 'zod';
import type { SettingsView } from '../../shared/views.ts';
import type { DocumentStore } from './ports.ts';

/** As Castkey comes. */
export const USUAL_SETTINGS: SettingsView = {
  openAtLogin: false,
  closeToTray: true,
  notify: true,
  lockAfterMinutes: null,
  lockWithScreen: false,
  refreshWhileLocked: true,
};

/** Minutes of rest after which Castkey may be told to lock itself. */
export const LOCK_AFTER = z.int().min(5).max(240).nullable();

/** Settings as they are written down; what is missing or odd is as usual. */
export const settingsRecord = z.object({
  openAtLogin: z.boolean().catch(USUAL_SETTINGS.openAtLogin),
  closeToTray: z.boolean().catch(USUAL_SETTINGS.closeToTray),
  notify: z.boolean().catch(USUAL_SETTINGS.notify),
  lockAfterMinutes: LOCK_AFTER.catch(USUAL_SETTINGS.lockAfterMinutes),
  lockWithScreen: z.boolean().catch(USUAL_SETTINGS.lockWithScreen),
  refreshWhileLocked: z.boolean().catch(USUAL_SETTINGS.refreshWhileLocked),
});

/** What the streamer set. */
export async function loadSettings(documents: DocumentStore): Promise<SettingsView> {
  const document = await documents.read('settings');
  const parsed = settingsRecord.safeParse(document.kind === 'read' ? document.value : {});
  return parsed.success ? parsed.data : USUAL_SETTINGS;
}
