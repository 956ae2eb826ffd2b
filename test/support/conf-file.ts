import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { JsonFile, OpenJsonFile } from '../../electron/adapters/files/json-file.ts';

/** electron-store is this class with Electron's paths, so plain Node tests what writes the files. */
type ConfClass = new (options: object) => JsonFile;
const fromStore = createRequire(createRequire(import.meta.url).resolve('electron-store'));
const { default: Conf } = (await import(pathToFileURL(fromStore.resolve('conf')).href)) as {
  default: ConfClass;
};

/** Opens a file as electron-store does, without Electron. */
export const openConf: OpenJsonFile = (cwd, configName) =>
  new Conf({
    cwd,
    configName,
    configFileMode: 0o600,
    clearInvalidConfig: false,
    accessPropertiesByDotNotation: false,
  });
