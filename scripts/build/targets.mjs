/**
 * @typedef {object} Target one thing the build makes
 * @property {string} name the bundle's name in vite.config.ts
 * @property {string[]} from the files and folders it is made of
 * @property {string[]} makes files that must exist afterwards
 * @property {'types'|'man'|'bundle'} [kind] how it is made; a vite bundle unless said
 */

const CLIENT = ['clients/javascript/src', 'clients/javascript/package.json', 'shared'];
const COMMAND = ['clients/command', 'clients/conformance', 'network', ...CLIENT];

const clientBundle = (name, file, from = CLIENT) => ({
  name,
  from,
  makes: [`clients/javascript/dist/${file}`],
});

/** @type {Target[]} everything `npm run build` leaves, in order */
export const TARGETS = [
  {
    name: 'main',
    from: ['electron', 'network', 'sandbox', 'shared', 'package.json'],
    makes: ['dist/main/main.js'],
  },
  { name: 'bus-relay', from: ['electron/adapters/bus'], makes: ['dist/main/bus-relay.js'] },
  {
    name: 'preload',
    from: ['electron', 'shared'],
    makes: ['dist/preload/preload.cjs'],
  },
  {
    name: 'renderer',
    from: ['renderer', 'shared'],
    makes: ['dist/renderer/index.html', 'dist/renderer/approval.html', 'dist/renderer/sign-in.html'],
  },
  { name: 'sandbox', from: ['sandbox', 'shared'], makes: ['dist/sandbox/main.js'] },
  clientBundle('client', 'index.js'),
  clientBundle('client-cjs', 'index.cjs'),
  clientBundle('client-tmi', 'tmi.js'),
  clientBundle('client-tmi-cjs', 'tmi.cjs'),
  clientBundle('client-cli', 'cli.js', COMMAND),
  { name: 'client-sandbox', from: ['sandbox', 'shared'], makes: ['clients/javascript/dist/sandbox.js'] },
  {
    name: 'client-types',
    kind: 'types',
    from: CLIENT,
    makes: ['index.d.ts', 'index.d.cts', 'tmi.d.ts', 'tmi.d.cts'].map(
      (file) => `clients/javascript/dist/${file}`,
    ),
  },
  {
    name: 'client-man',
    kind: 'man',
    from: COMMAND,
    makes: ['clients/javascript/dist/castkey.1'],
  },
];

/** What every target depends on besides its own sources. */
export const COMMON = [
  'vite.config.ts',
  'tsconfig.json',
  'clients/javascript/tsconfig.json',
  'package-lock.json',
  'scripts/build',
];
