import type { DocumentStore, StoredDocument } from '../../electron/core/ports.ts';

/** What goes wrong with a write: before anything is on disk, or after all of it is. */
export type WriteFault = 'refuse' | 'refuse-after';

/** A folder of documents in memory; it outlives a vault, as a disk does. */
export interface FakeDocumentStore extends DocumentStore {
  /** Name → JSON text, as it would lie on disk. */
  files: Map<string, string>;
  /** The version before, kept beside. */
  previous: Map<string, string>;
  /** Every text ever written. */
  written: { name: string; text: string }[];
  removed: string[];
  /** What was set aside, oldest first. */
  setAsideTexts: string[];
  /** While set, every write goes wrong so. */
  fault: WriteFault | null;
  failWith(fault: WriteFault | null): void;
  /** While true, removing fails. */
  refuseRemove: boolean;
  /** Names whose file can't be read at all. */
  unreadable: Set<string>;
  /** Names whose newest file is torn, so that the one before is read. */
  torn: Set<string>;
  /** Makes writes wait; the function returned lets them go on. */
  hold(): () => void;
  read(name: string): Promise<StoredDocument>;
}

export function createFakeDocumentStore(): FakeDocumentStore {
  let held: Promise<void> = Promise.resolve();
  const store: FakeDocumentStore = {
    files: new Map(),
    previous: new Map(),
    written: [],
    removed: [],
    setAsideTexts: [],
    fault: null,
    refuseRemove: false,
    unreadable: new Set(),
    torn: new Set(),
    failWith(fault) {
      store.fault = fault;
    },
    hold() {
      let open = (): void => undefined;
      held = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    names: async () => [...store.files.keys()].sort(),
    async read(name) {
      if (store.unreadable.has(name)) return { kind: 'unreadable', reason: 'EIO' };
      const text = store.torn.has(name) ? store.previous.get(name) : store.files.get(name);
      if (text === undefined) return { kind: 'absent' };
      return { kind: 'read', value: JSON.parse(text), previous: store.torn.has(name) };
    },
    async write(name, value) {
      const text = JSON.stringify(value);
      store.written.push({ name, text });
      await held;
      if (store.fault === 'refuse') throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      const before = store.files.get(name);
      if (before !== undefined) store.previous.set(name, before);
      store.files.set(name, text);
      if (store.fault === 'refuse-after') throw Object.assign(new Error('fsync failed'), { code: 'EIO' });
    },
    async writeUnless(name, value, mustStay) {
      await held;
      const found = await store.read(name);
      if (found.kind === 'read' && mustStay(found.value)) return false;
      await store.write(name, value);
      return true;
    },
    async setAside(name) {
      store.setAsideTexts.push(store.files.get(name) ?? '');
      store.files.delete(name);
    },
    async remove(name) {
      if (store.refuseRemove) throw Object.assign(new Error('read-only'), { code: 'EROFS' });
      store.removed.push(name);
      store.files.delete(name);
      store.previous.delete(name);
    },
  };
  return store;
}
