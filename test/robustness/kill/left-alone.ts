/** Logins that the vault leaves alone: killed twice in the middle of a renewal, it can't tell whether that was carried out. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDocumentStore } from '../../../electron/adapters/files/document-store.ts';
import { parseRecord } from '../../../electron/core/accounts/account.ts';
import { openConf } from '../../support/conf-file.ts';
import type { Profile } from './profile.ts';

/** What her "Try anyway" comes to, while nothing runs on the profile. How many it were. */
export async function tryLeftAloneAnyway({ home }: Profile): Promise<number> {
  const standIn = readdirSync(home).find((name) => name.startsWith('stand-in-')) ?? '';
  const accounts = createDocumentStore({
    folder: join(home, standIn, 'accounts'),
    openFile: openConf,
    now: Date.now,
    onCorrupt: (file) => {
      throw new Error(`${file} is damaged`);
    },
  });
  let count = 0;
  for (const name of await accounts.names()) {
    const found = await accounts.read(name);
    const record = found.kind === 'read' ? parseRecord(found.value) : null;
    if (record?.use?.parked == null) continue;
    const use = { ...record.use, sent: 'never', parked: null, endedEarly: false } as const;
    await accounts.writeUnless(name, { ...record, state: 'ok', trouble: '', use }, () => false);
    count += 1;
  }
  return count;
}
