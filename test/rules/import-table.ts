/** What one part of the tree may import. Whatever is not listed is forbidden. */
export interface Row {
  /** Path or folder the row is for; the longest match counts. */
  readonly at: string;
  /** Other parts that may be imported, `folder/*` for the files that lie in it directly; its own part always may. */
  readonly parts: readonly string[];
  /** Parts of which only types may be imported. */
  readonly typeParts?: readonly string[];
  /** Libraries: names, or `@scope/` for all of a scope. */
  readonly packages: readonly string[];
  /** Libraries of which only types may be imported. */
  readonly typePackages?: readonly string[];
  /** Node's own modules. */
  readonly node: 'all' | readonly string[];
  /** True for a folder that only those may import who name it: to name the folder around it is not enough. */
  readonly byName?: boolean;
  /** True where the units (a file and the folder of its name) of a part may not import each other. */
  readonly unitsApart?: boolean;
}

const COMPOSITION: Omit<Row, 'at'> = {
  parts: [
    'electron/core',
    'electron/policy',
    'electron/ipc',
    'electron/adapters',
    'electron/app',
    'shared',
    'sandbox',
  ],
  packages: ['electron', 'zod'],
  node: 'all',
};

const CORE_LIBRARIES = { packages: ['unhomoglyph', 'zod'], node: ['crypto'] };

/**
 * Which folder may import which. Tests and scripts may import everything; circles are refused apart from
 * this (circles.ts).
 */
export const IMPORT_TABLE: readonly Row[] = [
  { at: 'shared', parts: [], packages: [], node: [] },
  { at: 'shared/network', parts: [], packages: [], node: 'all', byName: true },
  // Everything in core but the protocol and the vault that puts all together.
  {
    at: 'electron/core',
    parts: ['electron/core/twitch', 'electron/core/applications', 'shared'],
    ...CORE_LIBRARIES,
  },
  { at: 'electron/core/vault.ts', parts: ['electron/core', 'shared'], ...CORE_LIBRARIES },
  {
    at: 'electron/core/protocol',
    parts: [
      'electron/core/*',
      'electron/core/accounts',
      'electron/core/bots',
      'electron/core/sign-in',
      'electron/core/twitch',
      'electron/core/applications',
      'electron/core/activity',
      'shared',
    ],
    ...CORE_LIBRARIES,
  },
  {
    at: 'electron/core/twitch',
    parts: ['electron/core/*', 'electron/core/applications', 'shared'],
    ...CORE_LIBRARIES,
  },
  {
    at: 'electron/core/applications',
    parts: ['electron/core/*', 'electron/core/twitch', 'electron/core/vault', 'shared'],
    ...CORE_LIBRARIES,
  },
  // What she does with one concerns bots, too.
  {
    at: 'electron/core/applications/actions.ts',
    parts: [
      'electron/core/*',
      'electron/core/applications',
      'electron/core/bots',
      'electron/core/twitch',
      'electron/core/vault',
      'shared',
    ],
    ...CORE_LIBRARIES,
  },
  {
    at: 'electron/policy',
    parts: ['shared'],
    packages: [],
    typePackages: ['electron', 'electron-builder'],
    node: [],
  },
  { at: 'electron/ipc', parts: ['electron/core', 'electron/policy', 'shared'], packages: ['zod'], node: [] },
  {
    at: 'electron/adapters',
    parts: ['electron/core/ports.ts', 'electron/policy', 'shared/network', 'shared'],
    typeParts: ['electron/core'],
    packages: ['electron', 'electron-store', 'koffi', 'zod'],
    node: 'all',
    unitsApart: true,
  },
  // Composition: main.ts and the phases it lists.
  { at: 'electron', ...COMPOSITION },
  { at: 'electron/app', ...COMPOSITION },
  { at: 'electron/preload.ts', parts: ['electron/ipc', 'shared'], packages: ['electron'], node: [] },
  {
    at: 'renderer',
    parts: ['shared'],
    packages: ['react', 'react-dom', 'zustand', '@mantine/', '@tabler/icons-react', '@fontsource-variable/'],
    node: [],
  },
  // The library knows nothing of the two programs that live on it, so that no bot carries them.
  { at: 'clients/javascript', parts: ['shared'], packages: [], node: 'all' },
  { at: 'clients/conformance', parts: ['clients/javascript', 'shared'], packages: [], node: 'all' },
  {
    at: 'clients/command',
    parts: ['clients/javascript', 'clients/conformance', 'shared/network', 'shared'],
    packages: [],
    node: 'all',
  },
  { at: 'sandbox', parts: ['shared'], packages: ['ws', 'zod'], node: 'all' },
];
