import { z } from 'zod';
import type { SettingsView } from '../../../shared/views.ts';
import type { DocumentStore } from '../ports.ts';

/** As Castkey comes. */
export const DEFAULT_SETTINGS: SettingsView = {
  openAtLogin: false,
  closeToTray: true,
  notify: true,
  lockAfterMinutes: null,
  lockWithScreen: false,
  refreshWhileLocked: true,
};

const values = {
  openAtLogin: z.boolean(),
  closeToTray: z.boolean(),
  notify: z.boolean(),
  /** Minutes of rest after which Castkey locks itself. */
  lockAfterMinutes: z.int().min(5).max(240).nullable(),
  lockWithScreen: z.boolean(),
  refreshWhileLocked: z.boolean(),
} satisfies Record<keyof SettingsView, z.ZodType>;

/** Some settings, each as it has to be. */
export const settingsChange = z.strictObject({
  openAtLogin: values.openAtLogin.exactOptional(),
  closeToTray: values.closeToTray.exactOptional(),
  notify: values.notify.exactOptional(),
  lockAfterMinutes: values.lockAfterMinutes.exactOptional(),
  lockWithScreen: values.lockWithScreen.exactOptional(),
  refreshWhileLocked: values.refreshWhileLocked.exactOptional(),
});

/** Settings as they are written down; what is missing or odd is as Castkey comes. */
export const settingsRecord = z.object({
  openAtLogin: values.openAtLogin.catch(DEFAULT_SETTINGS.openAtLogin),
  closeToTray: values.closeToTray.catch(DEFAULT_SETTINGS.closeToTray),
  notify: values.notify.catch(DEFAULT_SETTINGS.notify),
  lockAfterMinutes: values.lockAfterMinutes.catch(DEFAULT_SETTINGS.lockAfterMinutes),
  lockWithScreen: values.lockWithScreen.catch(DEFAULT_SETTINGS.lockWithScreen),
  refreshWhileLocked: values.refreshWhileLocked.catch(DEFAULT_SETTINGS.refreshWhileLocked),
});

/** What the streamer set. */
export async function loadSettings(documents: DocumentStore): Promise<SettingsView> {
  const document = await documents.read('settings');
  const parsed = settingsRecord.safeParse(document.kind === 'read' ? document.value : {});
  return parsed.success ? parsed.data : DEFAULT_SETTINGS;
}
