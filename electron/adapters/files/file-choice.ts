import { basename, join } from 'node:path';
import { app, type BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron';
import type { FileChoice } from '../../core/ports.ts';
import { readWhole, writeWhole } from './private-files.ts';

const KIB = 1024;
/**
 * A backup of fifty accounts has 100 KiB, logins of another program one or two. What is read is read in one
 * go, and bots wait meanwhile, so files are refused that are far larger than any that makes sense.
 */
const MAX_BYTES = { backup: 4 * KIB * KIB, logins: 256 * KIB } as const;
const BACKUPS = { name: 'Backups of Castkey', extensions: ['castkey'] };
const TABLES = [
  { name: 'Tables (CSV)', extensions: ['csv'] },
  { name: 'JSON Lines', extensions: ['jsonl'] },
];
const ANY = { name: 'All files', extensions: ['*'] };

/** Files chosen in the system's own dialogs, in front of `parent`. The paths never leave this file. */
export function createFileChoice(parent: () => BrowserWindow | null): FileChoice {
  return {
    async toWrite({ title, suggestion, kind }) {
      const path = await askWhere(parent(), {
        title,
        defaultPath: join(app.getPath('home'), suggestion),
        filters: kind === 'backup' ? [BACKUPS, ANY] : [...TABLES, ANY],
      });
      return path === null ? null : { name: basename(path), write: (text) => writeWhole(path, text) };
    },
    async toRead({ title, kind }) {
      const path = await askWhich(parent(), {
        title,
        properties: ['openFile', 'showHiddenFiles'], // the Twitch CLI's config is a hidden file
        filters: kind === 'backup' ? [BACKUPS, ANY] : [ANY],
      });
      return path === null ? null : { name: basename(path), read: () => readWhole(path, MAX_BYTES[kind]) };
    },
  };
}

async function askWhere(parent: BrowserWindow | null, options: SaveDialogOptions): Promise<string | null> {
  const asked = parent === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(parent, options);
  const { canceled, filePath } = await asked;
  return canceled || !filePath ? null : filePath;
}

async function askWhich(parent: BrowserWindow | null, options: OpenDialogOptions): Promise<string | null> {
  const asked = parent === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options);
  const { canceled, filePaths } = await asked;
  return canceled ? null : (filePaths[0] ?? null);
}
