import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps, and a change of branch writes many. */
const SETTLE_MS = 150;

/** A folder and all folders in it; none where it is gone by now. */
function foldersUnder(folder) {
  try {
    const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...inside.flatMap(({ name }) => foldersUnder(join(folder, name)))];
  } catch {
    return [];
  }
}

/**
 * Watches folders with all that is in them. Each folder has a watcher of its own, since Node 20's recursive one
 * loses files under Linux that are replaced, as editors and git do; after each change all are made anew, since
 * folders come and go.
 *
 * @param {string[]} folders
 * @param {() => void} changed called once for changes that come together
 * @returns {() => void} ends it
 */
export function watchSources(folders, changed) {
  let watchers = [];
  let settling;

  function stop() {
    clearTimeout(settling);
    for (const watcher of watchers) watcher.close();
    watchers = [];
  }

  function start() {
    watchers = folders.flatMap(foldersUnder).map((folder) => watch(folder, onChange).on('error', onChange));
  }

  function onChange() {
    clearTimeout(settling);
    settling = setTimeout(() => {
      stop();
      start();
      changed();
    }, SETTLE_MS);
  }

  start();
  return stop;
}
