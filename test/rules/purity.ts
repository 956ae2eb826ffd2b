import { childOf, memberName, type Node, nameOf, problemAt, type Source } from './source.ts';

/** Globals core gets through `deps` instead. */
const FORBIDDEN_IN_CORE = new Set([
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'process',
  'console',
  'globalThis',
  'performance',
]);
const DECLARING = new Set([
  'BindingProperty',
  'VariableDeclarator',
  'ImportSpecifier',
  'FunctionDeclaration',
]);

/** Names a file declares itself, such as the `fetch` it takes out of its `deps`. */
function declaredNames(source: Source): Set<string> {
  const names = new Set<string>();
  const add = (node: Node | undefined): void => {
    const name = nameOf(node);
    if (name !== undefined) names.add(name);
  };
  for (const node of source.nodes) {
    if (DECLARING.has(node.type)) add(childOf(node, 'id') ?? childOf(node, 'local'));
    if (node.type === 'ObjectPattern') {
      for (const property of node.properties as readonly Node[]) add(childOf(property, 'value'));
    }
    if (Array.isArray(node.params)) for (const parameter of node.params as readonly Node[]) add(parameter);
  }
  return names;
}

/** Identifiers that only name a property, a key or a type: `deps.fetch`, `{ fetch: … }`, `fetch: Fetch`. */
function namesOnly(source: Source): Set<Node> {
  const names = new Set<Node>();
  for (const node of source.nodes) {
    const field = node.type === 'MemberExpression' ? 'property' : 'key';
    const child = childOf(node, field);
    if (child !== undefined && node.computed !== true) names.add(child);
    const parameters = node.type === 'TSFunctionType' || node.type === 'TSMethodSignature' ? node.params : [];
    if (Array.isArray(parameters))
      for (const parameter of parameters as readonly Node[]) names.add(parameter);
  }
  return names;
}

const usesWallClock = (node: Node): boolean =>
  memberName(node) === 'Date.now' ||
  (node.type === 'NewExpression' &&
    nameOf(childOf(node, 'callee')) === 'Date' &&
    (node.arguments as readonly Node[]).length === 0) ||
  (node.type === 'CallExpression' && nameOf(childOf(node, 'callee')) === 'Date');

/** Clocks, timers, network and process that electron/core reaches around its `deps`. */
export function impureCore(source: Source): string[] {
  if (!source.path.startsWith('electron/core/')) return [];
  const own = declaredNames(source);
  const names = namesOnly(source);
  return source.nodes.flatMap((node) => {
    if (usesWallClock(node)) return [problemAt(source, node.start, 'core takes the time from deps.clock')];
    const name = node.type === 'Identifier' ? nameOf(node) : undefined;
    const isGlobal = name !== undefined && FORBIDDEN_IN_CORE.has(name) && !own.has(name) && !names.has(node);
    return isGlobal ? [problemAt(source, node.start, `core does not use the global ${name}`)] : [];
  });
}

/** Math.random is no source of randomness for anything here. */
export function mathRandom(source: Source): string[] {
  return source.nodes
    .filter((node) => memberName(node) === 'Math.random')
    .map((node) => problemAt(source, node.start, 'Math.random is not used; take random bytes from crypto'));
}

/** Where a person or another program reads what is printed. */
const MAY_PRINT = [
  /^test\//,
  /^scripts\//,
  /^bench\//,
  /^sandbox\/(main|cli)/,
  /^clients\/command\//,
  /^electron\/adapters\/log/,
];

/** A bare console outside of the command-line programs and the log adapter: it would skip redaction. */
export function bareConsole(source: Source): string[] {
  if (MAY_PRINT.some((pattern) => pattern.test(source.path))) return [];
  return source.nodes
    .filter((node) => memberName(node)?.startsWith('console.'))
    .map((node) => problemAt(source, node.start, 'console skips the log and its redaction'));
}
