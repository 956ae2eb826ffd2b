import ElectronStore from 'electron-store';

/** One JSON object in a file: what the document store needs of electron-store. */
export interface JsonFile {
  store: Record<string, unknown>;
}
/** Opens `<folder>/<name>.json`; throws when what is there is no JSON object. */
export type OpenJsonFile = (folder: string, name: string) => JsonFile;

/**
 * Files by electron-store, which writes aside, fsyncs and renames (conf, by way of atomically). It also
 * answers a synchronous message of any page's, outside Castkey's contract with its windows: `removeListener`
 * is called after each opening to take that answer away.
 */
export function electronStoreFiles(removeListener: () => void): OpenJsonFile {
  return (folder, name) => {
    const file = new ElectronStore<Record<string, unknown>>({
      cwd: folder,
      name,
      configFileMode: 0o600,
      clearInvalidConfig: false, // an unreadable file is an error, not a reason to empty it
      accessPropertiesByDotNotation: false,
    });
    removeListener(); // Electron security rule 17
    return file;
  };
}
