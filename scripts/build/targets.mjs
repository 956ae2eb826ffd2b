/**
 * @typedef {object} Target one thing the build makes
 * @property {string} name the bundle's name in vite.config.ts
 * @property {string[]} from the files and folders it is made of
 * @property {string[]} makes files that must exist afterwards
 * @property {'types'|'bundle'} [kind] how it is made; a vite bundle unless said
 */

const CLIENT = ['client/src', 'client/package.json', 'shared'];

const clientBundle = (name, file) => ({
  name,
  from: CLIENT,
  makes: [`client/dist/${file}`],
});

/** @type {Target[]} everything `npm run build` leaves, in order */
export const TARGETS = [
  {
    name: 'main',
    from: ['electron', 'sandbox', 'shared', 'package.json'],
    makes: ['dist/main/main.js'],
  },
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
  clientBundle('client-cli', 'cli.js'),
  { name: 'client-sandbox', from: ['sandbox', 'shared'], makes: ['client/dist/sandbox.js'] },
  {
    name: 'client-types',
    kind: 'types',
    from: CLIENT,
    makes: ['index.d.ts', 'index.d.cts', 'tmi.d.ts', 'tmi.d.cts'].map((file) => `client/dist/${file}`),
  },
];

/** What every target depends on besides its own sources. */
export const COMMON = [
  'vite.config.ts',
  'tsconfig.json',
  'tsconfig.client.json',
  'package-lock.json',
  'scripts/build',
];
