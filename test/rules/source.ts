import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, visitorKeys } from 'oxc-parser';

/** One node of a syntax tree in ESTree's form; fields beyond these depend on the type. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A source file of the project as the rules see it. */
export interface Source {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Every node of the syntax tree, parents first. */
  readonly nodes: readonly Node[];
  readonly comments: readonly { readonly value: string; readonly start: number }[];
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const SKIPPED = new Set(['node_modules', 'dist', 'artifacts', '.git']);
/** What former versions were and left; never changed, so held to no rule of today's. */
const FORMER = 'test/fixtures/';
const CODE = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs']);

/** True for what the syntax rules look at. */
export const isCode = (path: string): boolean => CODE.has(extname(path));

/** Text of a project file. */
export const readProjectFile = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** Paths of all files of the project that are not made by a tool, relative, with forward slashes. */
export function projectFiles(folder = ''): string[] {
  return readdirSync(join(PROJECT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return SKIPPED.has(entry.name) || path.startsWith(FORMER) ? [] : projectFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

function collect(node: Node, into: Node[]): void {
  into.push(node);
  for (const key of visitorKeys[node.type] ?? []) {
    const child = node[key];
    for (const item of Array.isArray(child) ? child : [child]) if (isNode(item)) collect(item, into);
  }
}

/** Parses a text as if it lay at `path`; a rule's own examples come this way. */
export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const nodes: Node[] = [];
  collect(program as unknown as Node, nodes);
  return { path, text, nodes, comments };
}

/** All code files of the project, parsed once. */
export const projectSources: readonly Source[] = projectFiles()
  .filter(isCode)
  .map((path) => parseSource(path, readProjectFile(path)));

/** `path:line: problem`, the form in which every rule reports. */
export function problemAt(source: Source, offset: number, problem: string): string {
  return `${source.path}:${source.text.slice(0, offset).split('\n').length}: ${problem}`;
}

/** The child of a node under a field, if it is a node. */
export function childOf(node: Node, field: string): Node | undefined {
  const child = node[field];
  return isNode(child) ? child : undefined;
}

/** The name of an identifier or the value of a string literal, else undefined. */
export function nameOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Identifier') return String(node.name);
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** `object.property` of a member expression such as `Date.now` or `Date['now']`, else undefined. */
export function memberName(node: Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const property = childOf(node, 'property');
  if (node.computed === true && property?.type !== 'Literal') return undefined;
  return `${nameOf(childOf(node, 'object')) ?? ''}.${nameOf(property) ?? ''}`;
}
