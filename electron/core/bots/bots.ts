/** Paired bots, their keys and what each may use. */
import type { Deps } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { reasonOf } from '../result.ts';
import { keepsSecrets, Secret } from '../secret.ts';
import { createTaskQueue } from '../task-queue.ts';
import { type Bot, type BotRecord, botsDocument } from './bot.ts';
import type { SeenProgram } from './programs.ts';
import type { KeptWant } from './wanted-scopes.ts';

/** A program that is let in. */
export interface NewBot {
  name: string;
  /** The Twitch application it is made for. */
  clientId: string | null;
  seen: SeenProgram | null;
  introduces: boolean;
  /** What it said it needs and would like. */
  wants: KeptWant[];
}

/** The bots that are paired. */
export interface Bots {
  /** Adds what the disk has and can be opened now; resolves with what the streamer should know. */
  load(): Promise<string[]>;
  list(): Bot[];
  get(keyId: string): Bot | null;
  /** A new bot with a key of its own; durable before it resolves. */
  pair(newBot: NewBot): Promise<Bot>;
  /**
   * Adds bots that come with their keys from a backup. Those whose key is known here stay as they are.
   * Resolves with the ones added, durable; rejects when the disk refuses, and then none was.
   */
  importBots(keyed: readonly Bot[]): Promise<Bot[]>;
  remove(keyId: string): Promise<boolean>;
  /** Writes down grants and names at once; rejects when the disk refuses. */
  save(): Promise<void>;
  /** As `save`, but a disk that refuses is asked again later: what was decided holds all the same. */
  persist(): Promise<void>;
  /** Writes down use counts soon. */
  saveSoon(): void;
  stop(): Promise<void>;
}

const SAVE_SOON_MS = 5_000;

type BotDeps = Pick<Deps, 'box' | 'clock' | 'documents' | 'log' | 'random' | 'timers'>;

/** An empty list; `load` fills it. */
export function createBots(deps: BotDeps, changed: () => void): Bots {
  const bots = new Map<string, Bot>();
  /** Records whose key can't be opened now go back to the disk as they came. */
  const sealedKeys = new Map<string, string>();
  let cancelSave: (() => void) | null = null;
  let stopped = false;
  /** True when there is a list on the disk that this program wrote or could read. */
  let stored = false;
  const queue = createTaskQueue();

  async function write(): Promise<void> {
    // Where nothing can be sealed, what was sealed before still shrinks: a removed bot must not come back.
    const sealable = keepsSecrets(deps);
    if (!sealable && !stored) return;
    const records: BotRecord[] = [];
    for (const { key, ...bot } of bots.values()) {
      const known = sealedKeys.get(bot.keyId);
      const sealedKey = known ?? (key !== null && sealable ? await deps.box.seal(key.reveal()) : null);
      if (sealedKey === null) continue;
      sealedKeys.set(bot.keyId, sealedKey);
      records.push({ ...bot, sealedKey });
    }
    await deps.documents.write('bots', { version: 2, bots: records });
    stored = true;
  }

  function save(): Promise<void> {
    cancelSave?.();
    cancelSave = null;
    const writing = queue.run('bots', write);
    writing.catch(saveSoon); // what was taken back must not come back at the next start
    changed();
    return writing;
  }

  async function persist(): Promise<void> {
    try {
      await save();
    } catch (error) {
      deps.log.warn('bots and their grants could not be saved yet', { reason: reasonOf(error) });
    }
  }

  function saveSoon(): void {
    if (!stopped) cancelSave ??= deps.timers.after(SAVE_SOON_MS, () => void persist());
  }

  return {
    async load() {
      const found = await readBots(deps);
      if (found.kind === 'absent') return [];
      if (found.kind === 'unreadable') {
        return ['The list of paired bots can’t be read; bots will have to pair again.'];
      }
      stored = true;
      for (const { sealedKey, ...record } of found.bots) {
        if (bots.get(record.keyId)?.key) continue; // in use: connections hold this very object
        const opened = await deps.box.open(sealedKey);
        const key = opened.kind === 'opened' ? new Secret(opened.plain) : null;
        bots.set(record.keyId, { ...record, key });
        // Sealed by a key that is no longer the one in use: it is sealed anew with the next write.
        if (opened.kind === 'opened' && opened.stale) saveSoon();
        else sealedKeys.set(record.keyId, sealedKey);
      }
      return [];
    },
    list: () => [...bots.values()],
    get: (keyId) => bots.get(keyId) ?? null,
    async pair({ name, clientId, seen, introduces, wants }) {
      const now = deps.clock.now();
      const bot: Bot = {
        keyId: randomText(deps.random, 16),
        key: new Secret(randomText(deps.random, 32)),
        name,
        pairedAt: now,
        program: seen && (seen.script ?? seen.program),
        programs: seen ? [{ ...seen, since: now }] : [],
        awaitsProgram: introduces && seen !== null,
        changed: null,
        lastSeenAt: now,
        clientId,
        grants: [],
        holds: [],
        wants,
      };
      bots.set(bot.keyId, bot);
      await save().catch((error) => {
        bots.delete(bot.keyId); // a key that would be forgotten at the next start is no pairing
        throw error;
      });
      return bot;
    },
    async importBots(keyed) {
      const added = keyed.filter(({ keyId }) => !bots.get(keyId)?.key);
      const before = added.map(({ keyId }) => [keyId, bots.get(keyId), sealedKeys.get(keyId)] as const);
      for (const bot of added) {
        // Known, but its key can't be opened: whoever made the backup may have made up this one, so what the bot may
        // do is what the backup may say, not what was allowed to the key here.
        bots.set(bot.keyId, { ...bot, ...bots.get(bot.keyId), key: bot.key, grants: bot.grants });
        sealedKeys.delete(bot.keyId);
      }
      if (added.length === 0) return [];
      await save().catch((error) => {
        for (const [keyId, bot, sealedKey] of before) {
          bots.delete(keyId);
          if (bot) bots.set(keyId, bot);
          if (sealedKey !== undefined) sealedKeys.set(keyId, sealedKey);
        }
        throw error;
      });
      return added;
    },
    async remove(keyId) {
      const known = bots.delete(keyId);
      sealedKeys.delete(keyId);
      if (known) await save();
      return known;
    },
    save,
    persist,
    saveSoon,
    async stop() {
      stopped = true;
      if (cancelSave !== null) await persist();
      await queue.settled();
    },
  };
}

/** Under this name a Castkey that can't read the list keeps it. */
const ASIDE = 'bots-set-aside';

type FoundBots = { kind: 'absent' } | { kind: 'unreadable' } | { kind: 'read'; bots: BotRecord[] };

async function readBots(deps: BotDeps): Promise<FoundBots> {
  const document = await deps.documents.read('bots', (value) => botsDocument.safeParse(value).success);
  if (document.kind === 'absent') return { kind: 'absent' };
  const parsed = botsDocument.safeParse(document.kind === 'read' ? document.value : null);
  if (!parsed.success) {
    if (document.kind === 'read') await setAside(deps, document.value);
    return { kind: 'unreadable' };
  }
  const { version, bots } = parsed.data;
  return { kind: 'read', bots: version === 1 ? [...(await readAside(deps)), ...bots] : bots };
}

/** An older Castkey had the profile for a while, could not read the list of this one, and began another. */
async function readAside({ documents }: BotDeps): Promise<BotRecord[]> {
  const document = await documents.read(ASIDE);
  const parsed = botsDocument.safeParse(document.kind === 'read' ? document.value : null);
  return parsed.success && parsed.data.version === 2 ? parsed.data.bots : [];
}

/** The next pairing replaces a list that can't be read (of a newer Castkey, say), so a copy is kept. */
async function setAside(deps: Pick<Deps, 'documents' | 'log'>, list: unknown): Promise<void> {
  await deps.documents
    .write(ASIDE, list)
    .catch((error) => deps.log.warn('the list of bots was not set aside', { reason: reasonOf(error) }));
}
