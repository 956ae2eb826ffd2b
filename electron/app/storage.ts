import { join } from 'node:path';
import { systemClock } from '../adapters/clock-and-random.ts';
import { createDocumentStore } from '../adapters/files/document-store.ts';
import { electronStoreFiles } from '../adapters/files/json-file.ts';
import { createActivityLines } from '../adapters/files/line-file.ts';
import { createLog, type KeptLog } from '../adapters/files/log.ts';
import { createPictureFiles } from '../adapters/files/picture-files.ts';
import { makePrivateFolder } from '../adapters/files/private-files.ts';
import { removeStoreListener } from '../adapters/ipc-main.ts';
import type { Keychain } from '../adapters/keychain/safe-storage.ts';
import { createSecretBox } from '../adapters/keychain/secret-box.ts';
import { fairShareOfLines } from '../core/activity/fair-share.ts';
import type { DocumentStore, LineStore, Log, Pictures, SecretBox } from '../core/ports.ts';

/** The log of the profile; warnings also go to the terminal Castkey was started from. */
export function openLog(home: string): KeptLog {
  const folder = join(home, 'logs');
  makePrivateFolder(folder);
  // A terminal that was closed takes nothing any more; telling that in the log would be told there again, without end.
  process.stderr.on('error', () => {});
  const echo = (line: string): void => void process.stderr.write(`${line}\n`);
  return createLog({ path: join(folder, 'castkey.log'), now: systemClock.now, echo });
}

/** What a vault keeps on the disk. */
export interface Storage {
  accounts: DocumentStore;
  documents: DocumentStore;
  activity: LineStore;
  pictures: Pick<Pictures, 'read' | 'write' | 'remove'>;
  box: SecretBox;
}

/** Opens a folder of documents; `mayWrite` is asked before each write. */
export function openDocuments(folder: string, log: Log, mayWrite: () => boolean = () => true): DocumentStore {
  return createDocumentStore({
    folder,
    openFile: electronStoreFiles(removeStoreListener),
    now: systemClock.now,
    mayWrite,
    onCorrupt: (file) => log.error('a damaged file was set aside', { folder, file }),
    onStuck: (error) => log.error('a damaged file could not be set aside', { folder, error }),
  });
}

interface StorageOptions {
  keychain: Keychain;
  log: Log;
  mayWrite(): boolean;
}

/** Opens everything a vault keeps in its folder. */
export async function openStorage(
  folder: string,
  { keychain, log, mayWrite }: StorageOptions,
): Promise<Storage> {
  const documents = openDocuments(join(folder, 'documents'), log, mayWrite);
  return {
    accounts: openDocuments(join(folder, 'accounts'), log, mayWrite),
    documents,
    activity: createActivityLines(join(folder, 'activity.jsonl'), fairShareOfLines),
    pictures: createPictureFiles({ folder: join(folder, 'pictures'), mayWrite }),
    box: await createSecretBox({ keychain, documents, log }),
  };
}
