import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJson } from '../shared/parse-json.ts';
import { deserialize, type State, savedState, serialize } from './state.ts';

/** Where the state of this run came from; `set-aside` means the file was unreadable and now ends in `.broken`. */
export type StateOrigin = 'new' | 'file' | 'set-aside';

/** The state of a run, and how it gets to disk. */
export interface StateFile {
  readonly state: State;
  readonly origin: StateOrigin;
  /** Resolves when what `state` holds now is on disk. Calls while a write runs share the next one. */
  flush(): Promise<void>;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function parse(text: string): State | undefined {
  const saved = savedState.safeParse(parseJson(text));
  return saved.success ? deserialize(saved.data) : undefined;
}

/** Whole or not at all: a new file, synced, then renamed over the old one. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** One writer at a time; whoever asks during a write waits for one more, which covers them all. */
function serialWriter(file: string, state: State): () => Promise<void> {
  let written = '';
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    const text = JSON.stringify(serialize(state));
    if (text === written) return;
    await writeWhole(file, text);
    written = text;
  };
  const start = (): Promise<void> => {
    next = undefined;
    running = write().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (!running) return start();
    next ??= running.then(start, start);
    return next;
  };
}

/** Opens the state: from `file` if it is there and sound, else `fresh`. Without a file nothing is kept. */
export async function openState(file: string | undefined, fresh: () => State): Promise<StateFile> {
  if (file === undefined) return { state: fresh(), origin: 'new', flush: () => Promise.resolve() };
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const text = await readText(file);
  const loaded = text === undefined ? undefined : parse(text);
  if (text !== undefined && loaded === undefined) await rename(file, `${file}.broken`);
  const state = loaded ?? fresh();
  const flush = serialWriter(file, state);
  await flush();
  return { state, origin: loaded ? 'file' : text === undefined ? 'new' : 'set-aside', flush };
}
