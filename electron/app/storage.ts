import { join } from 'node:path';
import { systemClock } from '../adapters/clock.ts';
import { createActivityLines } from '../adapters/files/activity-lines.ts';
import { createDocumentStore } from '../adapters/files/document-store.ts';
import { electronStoreFiles } from '../adapters/files/json-file.ts';
import { createKeychain } from '../adapters/keychain/safe-storage.ts';
import { createSecretBox } from '../adapters/keychain/secret-box.ts';
import { shutStoreDoor } from '../adapters/window-calls.ts';
import { thinLines } from '../core/activity/thin-lines.ts';
import type { DocumentStore, LineStore, Log, SecretBox } from '../core/ports.ts';

/** What a vault keeps on the disk. */
export interface Storage {
  accounts: DocumentStore;
  documents: DocumentStore;
  activity: LineStore;
  box: SecretBox;
}

/** Opens a folder of documents. */
export function openDocuments(folder: string, log: Log): DocumentStore {
  return createDocumentStore({
    folder,
    openFile: electronStoreFiles(shutStoreDoor),
    now: systemClock.now,
    onCorrupt: (file) => log.error('a damaged file was set aside', { folder, file }),
  });
}

/** Opens everything a vault keeps in its folder. */
export async function openStorage(folder: string, log: Log): Promise<Storage> {
  const documents = openDocuments(join(folder, 'documents'), log);
  return {
    accounts: openDocuments(join(folder, 'accounts'), log),
    documents,
    activity: createActivityLines(join(folder, 'activity.jsonl'), thinLines),
    box: await createSecretBox({ keychain: createKeychain(), documents, log }),
  };
}
