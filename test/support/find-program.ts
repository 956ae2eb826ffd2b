import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** The path of a program a person could start by this name or path, or undefined. */
export function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => resolve(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
