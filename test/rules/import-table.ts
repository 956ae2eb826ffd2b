/** What one part of the tree may import. Whatever is not listed is forbidden. */
export interface Row {
  /** Path or folder the row is for; the longest match counts. */
  readonly at: string;
  /** Other parts (by their `at`) that may be imported; its own part always may. */
  readonly parts: readonly string[];
  /** Services of which only types may be imported. */
  readonly typeParts?: readonly string[];
  /** Libraries: names, or `@scope/` for all of a scope. */
  readonly packages: readonly string[];
  /** Libraries of which only types may be imported. */
  readonly typePackages?: readonly string[];
  /** Node's own modules. */
  readonly node: 'all' | readonly string[];
  /** True where the units (a file and the folder of its name) of a part may not import each other. */
  readonly unitsApart?: boolean;
}

const MAIN_PARTS = ['electron/core', 'electron/policy', 'electron/ipc', 'electron/adapters', 'electron/app'];

/**
 * The one-way doors of the house, as DESIGN lists them. Tests, benchmarks and scripts stand outside and
 * may look into every room. biome.json repeats the coarse part of this table for editors.
 */
export const IMPORT_TABLE: readonly Row[] = [
  { at: 'shared', parts: [], packages: [], node: [] },
  {
    at: 'electron/core',
    parts: ['shared'],
    packages: ['zod'],
    typePackages: ['@twurple/auth'],
    node: ['crypto'],
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
    parts: ['electron/core/ports.ts', 'electron/core/secret.ts', 'electron/policy', 'shared'],
    typeParts: ['electron/core'],
    packages: ['electron', 'electron-store', 'koffi', 'zod'],
    node: 'all',
    unitsApart: true,
  },
  // Composition: main.ts and the phases it lists.
  { at: 'electron', parts: [...MAIN_PARTS, 'shared', 'sandbox'], packages: ['electron', 'zod'], node: 'all' },
  {
    at: 'electron/app',
    parts: [...MAIN_PARTS, 'shared', 'sandbox'],
    packages: ['electron', 'zod'],
    node: 'all',
  },
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
    parts: ['clients/javascript', 'clients/conformance', 'shared'],
    packages: [],
    node: 'all',
  },
  { at: 'sandbox', parts: ['shared'], packages: ['ws', 'zod'], node: 'all' },
];
