import type { FileChoice } from '../../electron/core/ports.ts';

/** A disk with files, and a streamer who chooses among them. */
export interface FakeFileChoice extends FileChoice {
  /** Name → text. */
  disk: Map<string, string>;
  /** What she chooses when she is asked next; null: she presses Cancel. */
  choice: string | null;
  /** While true, nothing can be written. */
  refuse: boolean;
  /** The titles of the dialogs she saw. */
  asked: string[];
  /** Runs while a dialog is open. */
  meanwhile: () => Promise<void> | void;
}

export function createFakeFileChoice(): FakeFileChoice {
  const files: FakeFileChoice = {
    disk: new Map(),
    choice: 'backup',
    refuse: false,
    asked: [],
    meanwhile: () => undefined,
    async toWrite({ title }) {
      files.asked.push(title);
      await files.meanwhile();
      const name = files.choice;
      if (name === null) return null;
      return {
        name,
        async write(text) {
          if (files.refuse) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
          files.disk.set(name, text);
        },
      };
    },
    async toRead({ title }) {
      files.asked.push(title);
      await files.meanwhile();
      const name = files.choice;
      if (name === null) return null;
      return {
        name,
        async read() {
          const text = files.disk.get(name);
          if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
          return text;
        },
      };
    },
  };
  return files;
}
