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
const DECLARING = new Set(['VariableDeclarator', 'ImportSpecifier', 'FunctionDeclaration']);
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Where each name a file declares itself holds, such as the `fetch` a function takes out of its `deps`. */
function declaredNames(source: Source): Map<string, Node[]> {
  const functions = source.nodes.filter(({ type }) => FUNCTIONS.has(type));
  const scopes = new Map<string, Node[]>();
  const add = (identifier: Node | undefined, declaration: Node): void => {
    const name = nameOf(identifier);
    const around = functions.filter((one) => one !== declaration && contains(one, declaration)).at(-1);
    const scope = around ?? source.nodes[0];
    if (name !== undefined && scope !== undefined) scopes.set(name, [...(scopes.get(name) ?? []), scope]);
  };
  for (const node of source.nodes) {
    if (DECLARING.has(node.type)) add(childOf(node, 'id') ?? childOf(node, 'local'), node);
    if (node.type === 'ObjectPattern') {
      for (const property of node.properties as readonly Node[]) add(childOf(property, 'value'), node);
    }
    if (FUNCTIONS.has(node.type))
      for (const parameter of node.params as readonly Node[]) add(parameter, parameter);
  }
  return scopes;
}

const contains = (outer: Node, inner: Node): boolean => outer.start <= inner.start && outer.end >= inner.end;

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
    if (name === undefined || !FORBIDDEN_IN_CORE.has(name) || names.has(node)) return [];
    const isGlobal = own.get(name)?.some((scope) => contains(scope, node)) !== true;
    return isGlobal ? [problemAt(source, node.start, `core does not use the global ${name}`)] : [];
  });
}

/** Math.random is no source of randomness for anything here. */
export function mathRandom(source: Source): string[] {
  return source.nodes
    .filter((node) => memberName(node) === 'Math.random')
    .map((node) => problemAt(source, node.start, 'Math.random is not used; take random bytes from crypto'));
}

/** Outside of the product: there a person at a terminal reads what is printed. */
const MAY_PRINT = [/^test\//, /^scripts\//];

/** A bare console in the product: it would skip the log and its redaction. Commands write to stdout by name. */
export function bareConsole(source: Source): string[] {
  if (MAY_PRINT.some((pattern) => pattern.test(source.path))) return [];
  return source.nodes
    .filter((node) => memberName(node)?.startsWith('console.'))
    .map((node) => problemAt(source, node.start, 'console skips the log and its redaction'));
}
