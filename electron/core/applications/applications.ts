/** The Twitch applications the vault holds logins of, and which of them is the default. */
import { applicationName } from '../../../shared/application-name.ts';
import type { ApplicationSource } from '../../../shared/views.ts';
import type { Deps } from '../ports.ts';
import { reasonOf } from '../result.ts';
import { createTaskQueue } from '../task-queue.ts';
import type { RegisteredApplication, TwitchApplication } from './application.ts';
import { createApplicationStore } from './application-store.ts';

/** What is known of an application besides what Twitch is sent. */
export interface ApplicationOrigin {
  label: string;
  source: ApplicationSource;
}

/** All of them. What changes one resolves when it is durable, and rejects, with nothing changed, when the disk refuses. */
export interface Applications {
  /** May be called again: what is usable stays, what could not be opened before is added. */
  load(): Promise<{ problems: string[]; sealed: boolean }>;
  list(): RegisteredApplication[];
  get(clientId: string): RegisteredApplication | null;
  /** What Twitch is to be sent for it; null when it isn't known, or its secret can't be opened. */
  usable(clientId: string): TwitchApplication | null;
  /** The one for bots that name none. */
  default(): RegisteredApplication | null;
  /** What to call it; the ID itself for one that isn't known. */
  nameOf(clientId: string): string;
  /**
   * Adds one, or replaces kind and secret of one that is known, whose label and source stay. One that the streamer
   * enters, or that comes with a file, becomes the default where there is none.
   */
  add(app: TwitchApplication, origin: ApplicationOrigin): Promise<void>;
  rename(clientId: string, label: string): Promise<void>;
  makeDefault(clientId: string): Promise<void>;
  remove(clientId: string): Promise<void>;
  /** Writes all of them anew, as when a passphrase has just been set. */
  save(): Promise<void>;
}

type ApplicationDeps = Pick<Deps, 'box' | 'clock' | 'documents' | 'log'>;

/** Empty until `load`. */
export function createApplications(deps: ApplicationDeps, changed: () => void): Applications {
  const store = createApplicationStore(deps);
  const queue = createTaskQueue();
  let known = new Map<string, RegisteredApplication>();
  let defaultId: string | null = null;

  /** The change is made once the disk has it. */
  const change = (make: (next: Map<string, RegisteredApplication>) => string | null): Promise<void> =>
    queue.run('applications', async () => {
      const next = new Map(known);
      const nextDefault = make(next);
      await store.save([...next.values()], nextDefault);
      known = next;
      defaultId = nextDefault;
      changed();
    });

  async function load(): Promise<{ problems: string[]; sealed: boolean }> {
    const { applications, stale, problems, sealed, ...found } = await store.load();
    const before = known;
    known = new Map(applications.map((one) => [one.clientId, one]));
    for (const [clientId, one] of before) if (one.usable !== null) known.set(clientId, one);
    defaultId = defaultId ?? found.default;
    if (stale) {
      // What the disk refuses now is tried with the next start: the old form can still be read.
      await store
        .save([...known.values()], defaultId)
        .catch((error) => deps.log.warn('applications were not written', { reason: reasonOf(error) }));
    }
    changed();
    return { problems, sealed };
  }

  function add(app: TwitchApplication, { label, source }: ApplicationOrigin): Promise<void> {
    return change((next) => {
      const { clientId, kind } = app;
      const fresh = { clientId, label, source, addedAt: deps.clock.now() };
      next.set(clientId, { ...(next.get(clientId) ?? fresh), kind, usable: app });
      // One whose secret could not be sealed is gone after a restart, and was no default since.
      if (defaultId !== null && next.has(defaultId)) return defaultId;
      return source === 'bot' || source === 'token' ? null : clientId;
    });
  }

  const get = (clientId: string): RegisteredApplication | null => known.get(clientId) ?? null;
  return {
    load: () => queue.run('applications', load),
    list: () => [...known.values()],
    get,
    usable: (clientId) => get(clientId)?.usable ?? null,
    default: () => (defaultId === null ? null : get(defaultId)),
    nameOf: (clientId) => applicationName(get(clientId) ?? { clientId, label: '' }),
    add,
    rename: (clientId, label) =>
      change((next) => {
        const one = next.get(clientId);
        if (one) next.set(clientId, { ...one, label });
        return defaultId;
      }),
    makeDefault: (clientId) => change(() => clientId),
    async remove(clientId) {
      await change((next) => {
        next.delete(clientId);
        return defaultId === clientId ? null : defaultId;
      });
      await store.removeOlder(clientId);
    },
    save: () => change(() => defaultId),
  };
}
