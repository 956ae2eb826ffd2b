import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const nodeBuiltins = [...builtinModules, /^node:/];

interface NodeBundle {
  readonly entry: Record<string, string>;
  readonly outDir: string;
  readonly external?: readonly string[];
  readonly format?: 'es' | 'cjs';
  /** File name of an entry, with `[name]` standing for its key. */
  readonly fileName: string;
  readonly banner?: string;
}

/** A bundle that runs under Node or Electron's main process: one file for each entry, nothing minified. */
function nodeBundle(bundle: NodeBundle): UserConfig {
  return {
    publicDir: false,
    resolve: { conditions: ['node', 'import', 'default'] },
    ssr: { noExternal: true, external: [...(bundle.external ?? [])], target: 'node' },
    build: {
      ssr: true,
      target: 'node20',
      outDir: here(bundle.outDir),
      emptyOutDir: false,
      minify: false,
      sourcemap: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(bundle.entry).map(([name, file]) => [name, here(file)])),
        external: [...(bundle.external ?? []), ...nodeBuiltins],
        output: {
          format: bundle.format ?? 'es',
          entryFileNames: bundle.fileName,
          codeSplitting: false,
          ...(bundle.banner === undefined ? {} : { banner: bundle.banner }),
        },
      },
    },
  };
}

/**
 * The windows. Loaded from `castkey://app/` under a strict CSP: nothing inline, no `crossorigin`
 * attributes (a custom scheme sends no CORS headers), no module preload shim.
 */
const renderer: UserConfig = {
  root: here('renderer'),
  base: '/',
  plugins: [
    react(),
    { name: 'no-crossorigin', transformIndexHtml: (html) => html.replaceAll(/ crossorigin(="[^"]*")?/g, '') },
  ],
  build: {
    target: 'chrome130',
    outDir: here('dist/renderer'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: ['index', 'approval', 'sign-in'].map((page) => here(`renderer/${page}.html`)),
    },
  },
};

const clientBundle = { outDir: 'clients/javascript/dist', external: [] } as const;

/** Every bundle of the project, by the name `vite build --mode NAME` and scripts/build.mjs use. */
const bundles: Record<string, UserConfig> = {
  renderer,
  main: nodeBundle({
    entry: { main: 'electron/main.ts' },
    outDir: 'dist/main',
    external: ['electron', 'koffi'],
    fileName: '[name].js',
  }),
  'bus-relay': nodeBundle({
    entry: { 'bus-relay': 'electron/adapters/bus/relay-thread.ts' },
    outDir: 'dist/main',
    external: ['koffi'],
    fileName: '[name].js',
  }),
  preload: nodeBundle({
    entry: { preload: 'electron/preload.ts' },
    outDir: 'dist/preload',
    external: ['electron'],
    format: 'cjs',
    fileName: '[name].cjs',
  }),
  sandbox: nodeBundle({ entry: { main: 'sandbox/main.ts' }, outDir: 'dist/sandbox', fileName: '[name].js' }),
  client: nodeBundle({
    ...clientBundle,
    entry: { index: 'clients/javascript/src/index.ts' },
    fileName: '[name].js',
  }),
  'client-cjs': nodeBundle({
    ...clientBundle,
    entry: { index: 'clients/javascript/src/index.ts' },
    format: 'cjs',
    fileName: '[name].cjs',
  }),
  'client-tmi': nodeBundle({
    ...clientBundle,
    entry: { tmi: 'clients/javascript/src/tmi.ts' },
    fileName: '[name].js',
  }),
  'client-tmi-cjs': nodeBundle({
    ...clientBundle,
    entry: { tmi: 'clients/javascript/src/tmi.ts' },
    format: 'cjs',
    fileName: '[name].cjs',
  }),
  'client-cli': nodeBundle({
    ...clientBundle,
    entry: { cli: 'clients/command/main.ts' },
    fileName: '[name].js',
    banner: '#!/usr/bin/env node',
  }),
  // Beside the command, which runs it in a thread: `castkey sandbox` from the packed package.
  'client-sandbox': nodeBundle({
    ...clientBundle,
    entry: { sandbox: 'sandbox/main.ts' },
    fileName: '[name].js',
  }),
  // Beside the command as well: what `castkey sandbox run` starts in a network of its own.
  'client-namespace': nodeBundle({
    ...clientBundle,
    entry: { namespace: 'clients/command/namespace/main.ts' },
    fileName: '[name].js',
  }),
};

export default defineConfig(async ({ mode }) => {
  // Vitest looks for its settings here; they lie with the tests.
  if (mode === 'test') return (await import('./test/vitest.config.ts')).default;
  const bundle = bundles[mode] ?? renderer;
  return { configFile: false, ...bundle };
});
