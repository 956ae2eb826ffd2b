import { basename } from 'node:path';
import { childOf, memberName, type Node, nameOf, problemAt, type Source } from './source.ts';

const MAX_LINES = 300;
const VAGUE_NAME = /(^|[-.])(utils?|helpers?|managers?|services?)([-.]|$)/;
const KEBAB_CASE = /^[a-z0-9]+([-.][a-z0-9]+)*$/;
const ENTRY = 'clients/javascript/src/index.ts';

/** A file too long to keep in one's head. */
export function tooLong(source: Source): string[] {
  const lines = source.text.trimEnd().split('\n').length;
  return lines > MAX_LINES ? [`${source.path}: ${lines} lines; at most ${MAX_LINES}`] : [];
}

/** Holds just that: the services a vault is made of. */
const SERVICES = 'electron/core/services.ts';

/** A file name that does not say what the file holds, or an index that hides where things are. */
export function poorName(path: string): string[] {
  const name = basename(path);
  if (/^index\.[cm]?[jt]sx?$/.test(name) && path !== ENTRY) return [`${path}: no index files but ${ENTRY}`];
  if (VAGUE_NAME.test(name) && path !== SERVICES) return [`${path}: name it after the thing it holds`];
  return KEBAB_CASE.test(name) ? [] : [`${path}: file names are in kebab-case`];
}

const SUPPRESSION = /@ts-(ignore|nocheck)|biome-ignore(?!\s+\S+:\s+\S+ \S+)|@ts-expect-error(?!:?\s+\S+ \S+)/;

/** `any`, and comments that silence the compiler or the linter without saying why. */
export function looseTypes(source: Source): string[] {
  const anys = source.nodes.filter(({ type }) => type === 'TSAnyKeyword');
  const comments = source.comments.filter(({ value }) => SUPPRESSION.test(value));
  return [
    ...anys.map((node) => problemAt(source, node.start, 'unknown instead of any')),
    ...comments.map((comment) => problemAt(source, comment.start, 'silences a check without a reason')),
  ];
}

const RUNNERS = new Set(['it', 'test', 'describe', 'suite']);

/** `it.only`, and `it.skip` or `it.todo`, which give no reason; `context.skip('reason')` does. */
export function unexplainedSkips(source: Source): string[] {
  return source.nodes.flatMap((node) => {
    const [runner = '', modifier = ''] = memberName(node)?.split('.') ?? [];
    const bad = RUNNERS.has(runner) && ['only', 'skip', 'todo', 'fails'].includes(modifier);
    return bad
      ? [problemAt(source, node.start, `${runner}.${modifier}: use context.skip('the reason')`)]
      : [];
  });
}

const PRODUCT = /^(electron|shared|renderer|clients\/(javascript|command|conformance)|sandbox)\//;

const exportsSomething = (node: Node): boolean =>
  (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration') &&
  childOf(node, 'declaration') !== undefined;

/** True where a doc comment stands right before, or before the exports this one follows without a gap. */
function isDocumented(source: Source, start: number): boolean {
  const before = source.text.slice(0, start);
  if (/\*\/\s*$/.test(before)) return true;
  const previous = source.nodes.find(
    (node) => exportsSomething(node) && node.end === before.trimEnd().length,
  );
  return previous !== undefined && !/\n\s*\n$/.test(before) && isDocumented(source, previous.start);
}

/** An export of the product without a doc comment. Lines that belong together may share one. */
export function undocumentedExports(source: Source): string[] {
  if (!PRODUCT.test(source.path) || source.path.endsWith('.d.ts')) return [];
  const bare = source.nodes.filter((node) => exportsSomething(node) && !isDocumented(source, node.start));
  return bare.map((node) => {
    const declaration = childOf(node, 'declaration');
    const declarators = declaration?.declarations as readonly Node[] | undefined;
    const name = nameOf(childOf(declarators?.[0] ?? declaration ?? node, 'id')) ?? 'default';
    return problemAt(source, node.start, `export ${name} has no doc comment`);
  });
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const MAX_FUNCTION_LINES = 40;

const lineCount = (source: Source, node: Node): number =>
  source.text.slice(node.start, node.end).split('\n').length;

/** Lines of a function that are not those of the functions inside it. */
function ownLines(source: Source, node: Node, functions: readonly Node[]): number {
  const inside = functions.filter(
    (other) => other !== node && other.start >= node.start && other.end <= node.end,
  );
  const outermost = inside.filter(
    (one) => !inside.some((other) => other !== one && other.start <= one.start && other.end >= one.end),
  );
  return outermost.reduce((lines, one) => lines - (lineCount(source, one) - 1), lineCount(source, node));
}

/** A function too long to take in at a glance, the functions inside it aside. Markup may take more. */
export function longFunctions(source: Source): string[] {
  if (/^test\//.test(source.path)) return [];
  const limit = source.path.endsWith('.tsx') ? 2 * MAX_FUNCTION_LINES : MAX_FUNCTION_LINES;
  const functions = source.nodes.filter(({ type }) => FUNCTIONS.has(type));
  return functions.flatMap((node) => {
    const lines = ownLines(source, node, functions);
    return lines > limit
      ? [problemAt(source, node.start, `a function of ${lines} lines; at most ${limit}`)]
      : [];
  });
}

const MAX_PARAMETERS = 4;

/** Functions whose parameters somebody else decided: constructors, and what is handed to a call in place. */
function typedByOthers(source: Source): Set<Node> {
  const found = new Set<Node>();
  for (const node of source.nodes) {
    const isConstructor = node.type === 'MethodDefinition' && node.kind === 'constructor';
    const value = childOf(node, 'value');
    if (isConstructor && value !== undefined) found.add(value);
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') continue;
    for (const argument of node.arguments as readonly Node[]) found.add(argument);
  }
  return found;
}

/** A function that takes so much by position that a call of it can't be read; one object tells names. */
export function manyParameters(source: Source): string[] {
  if (!PRODUCT.test(source.path)) return [];
  const free = typedByOthers(source);
  return source.nodes.flatMap((node) => {
    if (!FUNCTIONS.has(node.type) || free.has(node)) return [];
    const count = (node.params as readonly Node[]).length;
    const problem = `a function of ${count} parameters; at most ${MAX_PARAMETERS}`;
    return count > MAX_PARAMETERS ? [problemAt(source, node.start, problem)] : [];
  });
}
