// Stands in for Electron's default app in a runtime that came without one: `electron [flags] FOLDER`
// runs the app in FOLDER, under its own name, version and userData.
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const target = process.argv.slice(1).find((argument) => !argument.startsWith('-'));

function fail(message) {
  process.stderr.write(`electron: ${message}\n`);
  process.exit(1);
}

/** The app's package file and entry, from a folder or from a script inside one. */
function locate(path) {
  const absolute = resolve(path);
  if (statSync(absolute, { throwIfNoEntry: false })?.isFile())
    return { folder: dirname(absolute), entry: absolute };
  const manifest = JSON.parse(readFileSync(join(absolute, 'package.json'), 'utf8'));
  return { folder: absolute, entry: join(absolute, manifest.main ?? 'index.js'), manifest };
}

function adopt({ folder, manifest }) {
  const name = manifest?.productName ?? manifest?.name;
  if (manifest?.version) app.setVersion(manifest.version);
  if (name) app.setName(name);
  if (manifest?.desktopName) app.setDesktopName(manifest.desktopName);
  app.setAppPath(folder);
  // A relative XDG_CONFIG_HOME is no place: whoever minds chooses one.
  const data = join(app.getPath('appData'), app.getName());
  if (isAbsolute(data)) app.setPath('userData', data);
}

if (target === undefined) fail('usage: electron [flags] FOLDER');

let place;
try {
  place = locate(target);
  adopt(place);
} catch (error) {
  fail(`cannot open the app at ${target}: ${error.message}`);
}
process.defaultApp = true;

// Awaited at the top level on purpose: `ready` waits for it, and registerSchemesAsPrivileged throws after
// `ready`.
await import(pathToFileURL(place.entry).href);
