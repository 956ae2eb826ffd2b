/** Twitch applications on disk, their secrets sealed. */
import { z } from 'zod';
import type { Deps } from '../ports.ts';
import { reasonOf } from '../result.ts';
import { keepsSecrets, Secret } from '../secret.ts';
import { CLIENT_ID, LABEL, type RegisteredApplication } from './application.ts';

const record = z.object({
  clientId: CLIENT_ID,
  kind: z.enum(['public', 'confidential']),
  label: LABEL,
  source: z.enum(['entered', 'bot', 'token', 'backup', 'import']),
  addedAt: z.number(),
  sealedSecret: z.string().optional(),
});
type ApplicationRecord = z.infer<typeof record>;
const table = z.object({
  version: z.literal(1),
  default: CLIENT_ID.nullable(),
  applications: z.array(record),
});
/** Castkey 0.1 knew one application, in a document of its own; it is left there for that version. */
const single = z.object({
  clientId: CLIENT_ID,
  kind: z.enum(['public', 'confidential']),
  sealedSecret: z.string().optional(),
});

/** What was found on the disk. */
export interface LoadedApplications {
  applications: RegisteredApplication[];
  default: string | null;
  /** Sentences for the streamer. */
  problems: string[];
  /** A secret can't be opened now but may be later (keychain locked). */
  sealed: boolean;
  /** What was read should be written: its form is older, or another key sealed it than the one in use. */
  stale: boolean;
}

/** Where applications are kept between two runs. */
export interface ApplicationStore {
  load(): Promise<LoadedApplications>;
  /** Durable when it resolves; rejects when the disk refuses. Where nothing can be sealed, secrets are left out. */
  save(applications: readonly RegisteredApplication[], defaultId: string | null): Promise<void>;
  /** Deletes what an older Castkey wrote of this application. */
  removeOlder(clientId: string): Promise<void>;
}

type StoreDeps = Pick<Deps, 'box' | 'clock' | 'documents' | 'log'>;

const UNREADABLE = 'What was stored of your Twitch applications can’t be read; please enter them again.';
const lost = (clientId: string): string =>
  `The secret of the Twitch application ${clientId} was sealed with another keychain; please enter it again.`;

/** Reads and writes one document for all. */
export function createApplicationStore(deps: StoreDeps): ApplicationStore {
  /** Secrets as they are on the disk, for those that can't be opened now. */
  const sealedSecrets = new Map<string, string>();

  async function open(found: ApplicationRecord, loaded: LoadedApplications): Promise<void> {
    const { sealedSecret, ...facts } = found;
    const { clientId, kind } = facts;
    const add = (usable: RegisteredApplication['usable']): void =>
      void loaded.applications.push({ ...facts, usable });
    if (kind === 'public') return add({ kind, clientId });
    if (sealedSecret === undefined) return add(null);
    sealedSecrets.set(clientId, sealedSecret);
    const opened = await deps.box.open(sealedSecret);
    if (opened.kind !== 'opened') {
      if (opened.kind === 'unavailable') loaded.sealed = true;
      else loaded.problems.push(lost(clientId));
      return add(null);
    }
    loaded.stale ||= opened.stale;
    if (opened.stale) sealedSecrets.delete(clientId);
    add({ kind, clientId, secret: new Secret(opened.plain) });
  }

  async function sealedFor({ clientId, kind, usable }: RegisteredApplication): Promise<string | undefined> {
    if (kind === 'public') return undefined;
    if (usable?.kind !== 'confidential') return sealedSecrets.get(clientId);
    return keepsSecrets(deps) ? deps.box.seal(usable.secret.reveal()) : undefined;
  }

  return {
    async load() {
      const loaded: LoadedApplications = {
        ...{ applications: [], problems: [] },
        ...{ default: null, sealed: false, stale: false },
      };
      const found = await readTable(deps);
      if (found.problem) loaded.problems.push(found.problem);
      loaded.default = found.default;
      loaded.stale = found.older;
      for (const one of found.applications) await open(one, loaded);
      return loaded;
    },
    async save(applications, defaultId) {
      const records: ApplicationRecord[] = [];
      for (const application of applications) {
        const { usable: _, ...facts } = application;
        const sealedSecret = await sealedFor(application);
        if (facts.kind === 'confidential' && sealedSecret === undefined) continue; // in memory only
        records.push({ ...facts, ...(sealedSecret !== undefined && { sealedSecret }) });
      }
      await deps.documents.write('applications', { version: 1, default: defaultId, applications: records });
    },
    async removeOlder(clientId) {
      const document = await deps.documents.read('twitch-app');
      const parsed = single.safeParse(document.kind === 'read' ? document.value : null);
      if (parsed.data?.clientId === clientId) await deps.documents.remove('twitch-app');
    },
  };
}

interface FoundTable {
  applications: ApplicationRecord[];
  default: string | null;
  /** It is the one application of an older Castkey. */
  older: boolean;
  problem: string | null;
}

async function readTable(deps: StoreDeps): Promise<FoundTable> {
  const document = await deps.documents.read('applications', (value) => table.safeParse(value).success);
  if (document.kind === 'absent') return readSingle(deps);
  const parsed = table.safeParse(document.kind === 'read' ? document.value : null);
  if (parsed.success) return { ...parsed.data, older: false, problem: null };
  // The next application that is entered replaces it, so what is there is kept under another name.
  await deps.documents
    .setAside('applications')
    .catch((error) => deps.log.warn('the applications were not set aside', { reason: reasonOf(error) }));
  return { applications: [], default: null, older: false, problem: UNREADABLE };
}

async function readSingle({ clock, documents }: StoreDeps): Promise<FoundTable> {
  const nothing = { applications: [], default: null, older: false };
  const document = await documents.read('twitch-app', (value) => single.safeParse(value).success);
  if (document.kind === 'absent') return { ...nothing, problem: null };
  const parsed = single.safeParse(document.kind === 'read' ? document.value : null);
  const isWhole = parsed.success && (parsed.data.kind === 'public' || parsed.data.sealedSecret !== undefined);
  if (!isWhole) return { ...nothing, problem: UNREADABLE };
  const facts = { label: '', source: 'entered', addedAt: clock.now() } as const;
  return {
    applications: [{ ...parsed.data, ...facts }],
    default: parsed.data.clientId,
    older: true,
    problem: null,
  };
}
