import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './process.mjs';
import { SetupError, say } from './report.mjs';

const SBIN = ['/usr/sbin', '/sbin'];

/** Shared libraries Electron opens, with the Debian packages that may carry them, newest name first. */
const LIBRARIES = [
  ['libgtk-3.so.0', 'libgtk-3-0t64', 'libgtk-3-0'],
  ['libnss3.so', 'libnss3'],
  ['libasound.so.2', 'libasound2t64', 'libasound2'],
  ['libgbm.so.1', 'libgbm1'],
  ['libXss.so.1', 'libxss1'],
  ['libnotify.so.4', 'libnotify4'],
  ['libsecret-1.so.0', 'libsecret-1-0'],
];
const DISPLAY_TOOLS = [
  ['xvfb-run', 'xvfb'],
  ['Xvfb', 'xvfb'],
  ['xauth', 'xauth'],
];
const BUS_TOOLS = [
  ['dbus-run-session', 'dbus-daemon', 'dbus'],
  ['dbus-send', 'dbus-bin', 'dbus'],
];
/** For tests alone: a keychain to throw away, and a hand on keyboard and windows. */
const KEYRING_TOOLS = [
  ['gnome-keyring-daemon', 'gnome-keyring'],
  ['xdotool', 'xdotool'],
];
/** Not needed, but without them a screenshot shows boxes for letters. */
const FONTS = [
  ['/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf', 'fonts-noto-core'],
  ['/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf', 'fonts-noto-color-emoji'],
];

/** The path of a program a person could start by this name, or undefined. */
export async function findProgram(name) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...SBIN]) {
    const file = join(folder, name);
    if (
      folder !== '' &&
      (await access(file, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      return file;
  }
  return undefined;
}

async function knownLibraries() {
  const ldconfig = await findProgram('ldconfig');
  if (ldconfig === undefined) return undefined;
  const { code, stdout } = await run(ldconfig, ['-p'], { capture: true });
  return code === 0 ? stdout : undefined;
}

async function missingPrograms(table) {
  const found = await Promise.all(table.map(([name]) => findProgram(name)));
  return table.filter((_, index) => found[index] === undefined);
}

async function missingItems({ display, bus, keyring }) {
  const known = await knownLibraries();
  const libraries = known === undefined ? [] : LIBRARIES.filter(([name]) => !known.includes(`\t${name} `));
  const tools = [
    ...(display ? DISPLAY_TOOLS : []),
    ...(bus ? BUS_TOOLS : []),
    ...(keyring ? KEYRING_TOOLS : []),
  ];
  return [...libraries, ...(await missingPrograms(tools))];
}

/** Whether apt has a package of this name to install. */
export async function isOffered(name) {
  const { stdout } = await run('apt-cache', ['policy', name], { capture: true });
  return /Candidate: (?!\(none\))/.test(stdout);
}

/** One package name for each missing item: the newest this Debian or Ubuntu offers. */
async function packageNames(items) {
  const names = new Set();
  for (const [, ...choices] of items) {
    let chosen = choices.at(-1);
    for (const name of choices.slice(0, -1)) {
      if (await isOffered(name)) {
        chosen = name;
        break;
      }
    }
    names.add(chosen);
  }
  return [...names];
}

/** Runs apt-get without questions, once nobody else does; resolves with its exit code. */
export async function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return (await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { env, quietOut: true })).code;
}

async function installAsRoot(items, extras) {
  await aptGet('update', '-qq');
  const names = await packageNames(items);
  say(`installing system packages: ${names.join(' ')}`);
  const code = await aptGet('install', '-y', '-qq', '--no-install-recommends', ...names);
  if (code !== 0) {
    throw new SetupError(
      `apt-get could not install what Electron needs. Run: apt-get update && apt-get install --no-install-recommends ${names.join(' ')}`,
    );
  }
  if (extras.length > 0) await aptGet('install', '-y', '-qq', '--no-install-recommends', ...extras);
}

/**
 * Sees to the shared libraries and programs Electron needs on Linux. As root on Debian they are
 * installed; otherwise a SetupError holds the exact command.
 *
 * @param {{display: boolean, bus: boolean, keyring: boolean}} wanted which helper programs will be used
 */
export async function checkLibraries(wanted) {
  if (process.platform !== 'linux') return;
  const items = await missingItems(wanted);
  if (items.length === 0) return;
  const list = items.map(([name]) => name).join(', ');
  if ((await findProgram('apt-get')) === undefined) {
    throw new SetupError(`these are missing: ${list}. Install them with your system's package manager.`);
  }
  if (process.getuid() !== 0) {
    const names = (await packageNames(items)).join(' ');
    throw new SetupError(
      `these are missing: ${list}. Run: sudo apt-get update && sudo apt-get install --no-install-recommends ${names}`,
    );
  }
  const extras = wanted.display ? FONTS.filter(([file]) => !existsSync(file)).map(([, name]) => name) : [];
  await installAsRoot(items, extras);
  const still = await missingItems(wanted);
  if (still.length > 0) {
    throw new SetupError(`still missing after apt-get install: ${still.map(([name]) => name).join(', ')}.`);
  }
}
