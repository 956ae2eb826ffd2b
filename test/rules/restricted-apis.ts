import { childOf, memberName, nameOf, problemAt, type Source } from './source.ts';

/** Electron's dangerous parts, each with the one file (a pattern for its path) that may touch it. */
const RESTRICTED: readonly { readonly name: string; readonly at: RegExp; readonly why: string }[] = [
  {
    name: 'openExternal',
    at: /^electron\/adapters\/desktop\.ts$/,
    why: 'checked by policy/safe-url.ts there',
  },
  { name: 'safeStorage', at: /^electron\/adapters\/(\w+\/)?keychain/, why: 'its strength is judged there' },
  {
    name: 'ipcMain',
    at: /^electron\/adapters\/(\w+\/)?(ipc-main|json-file)/,
    why: "every caller is checked there; json-file shuts electron-store's own",
  },
  {
    name: 'clipboard',
    at: /^electron\/adapters\/desktop\.ts$/,
    why: 'what is put there is cleared again',
  },
  {
    name: 'dialog',
    at: /^electron\/adapters\/(\w+\/)?file-choice/,
    why: 'the paths chosen stay there',
  },
];

/** Words no file of the product may hold, not even in a comment-free corner of a config. */
const FORBIDDEN_NAMES = new Set([
  'webSecurity',
  'allowRunningInsecureContent',
  'experimentalFeatures',
  'enableBlinkFeatures',
  'dangerouslySetInnerHTML',
]);

const PRODUCT = /^(electron|sandbox|clients\/(javascript|command|conformance)|renderer)\//;

/** An Electron API used outside of its one adapter. */
export function forbiddenUses(source: Source): string[] {
  if (!PRODUCT.test(source.path)) return [];
  return RESTRICTED.filter(({ at }) => !at.test(source.path)).flatMap(({ name, why }) =>
    source.nodes
      .filter((node) => {
        if (node.type === 'ImportSpecifier')
          return nameOf(childOf(node, 'imported')) === name && fromElectron(source);
        return (
          /^(shell|electron)\./.test(memberName(node) ?? '') &&
          memberName(node)?.endsWith(`.${name}`) === true
        );
      })
      .map((node) => problemAt(source, node.start, `${name} is used in one adapter alone (${why})`)),
  );
}

const fromElectron = (source: Source): boolean =>
  source.nodes.some(
    (node) =>
      node.type === 'ImportDeclaration' && nameOf(childOf(node, 'source'))?.startsWith('electron') === true,
  );

/** A setting of Electron or React that takes a protection away, set to whatever value. */
export function loweredGuards(source: Source): string[] {
  if (!PRODUCT.test(source.path)) return [];
  return source.nodes.flatMap((node) => {
    const name = node.type === 'JSXIdentifier' ? String(node.name) : nameOf(node);
    const found = name !== undefined && FORBIDDEN_NAMES.has(name);
    return found ? [problemAt(source, node.start, `${name} is never set (Electron's security list)`)] : [];
  });
}

const HOSTS = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['npm', 'pkg', 'github', 'com'],
  ['registry', 'npmmirror', 'com'],
].map((parts) => parts.join('.'));

/** A package registry's host in a file: a clone must work with whatever registry its npm knows. */
export function registryHosts(path: string, text: string): string[] {
  return [
    ...HOSTS.filter((host) => text.includes(host)),
    ...(/"resolved": "https?:/.test(text) ? ['resolved'] : []),
  ].map((host) => `${path}: names a registry (${host})`);
}

/** A path of one machine. Tests may make up home folders, and `luna` is nobody: pages need one that SSH takes. */
export function machinePaths(path: string, text: string): string[] {
  const home = path.startsWith('test/') ? /(?!)/ : /(?<![\w.~])\/(?:home|Users)\/(?!luna\/)[a-z][\w-]*\//;
  const found = home.test(text) || /(?<![\w.}])\/(?:work|root)\/\w/.test(text);
  return found ? [`${path}: names a folder of one machine`] : [];
}
