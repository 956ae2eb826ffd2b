import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { IMPORT_TABLE, type Row } from './import-table.ts';
import { childOf, type Node, nameOf, problemAt, type Source } from './source.ts';

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly start: number;
}

function onlyTypes(node: Node): boolean {
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  const specifiers = node.specifiers;
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false;
  return specifiers.every((item: Node) => item.importKind === 'type' || item.exportKind === 'type');
}

/** The expression that names what is imported, for each of the ways to import. */
function requested(node: Node): Node | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return childOf(node, 'source') ?? childOf(node, 'argument');
    case 'TSExternalModuleReference':
      return childOf(node, 'expression');
    case 'CallExpression': {
      const first = (node.arguments as readonly Node[])[0];
      return nameOf(childOf(node, 'callee')) === 'require' ? first : undefined;
    }
    default:
      return undefined;
  }
}

/** Everything a file imports or re-exports, types included; `(computed)` where the name is worked out. */
export function importsOf(source: Source): Import[] {
  return source.nodes.flatMap((node) => {
    const target = requested(node);
    if (target === undefined) return [];
    // A computed name could be anything: say so under a name no row allows.
    const specifier = nameOf(target) ?? '(computed)';
    const typeOnly = node.type === 'TSImportType' || onlyTypes(node);
    return [{ specifier, typeOnly, start: node.start }];
  });
}

function lies(path: string, at: string): boolean {
  if (at.endsWith('/*')) return posix.dirname(path) === at.slice(0, -2);
  return path === at || path.startsWith(`${at}/`);
}

function rowFor(path: string): Row | undefined {
  const rows = IMPORT_TABLE.filter(({ at }) => lies(path, at));
  return rows.sort((a, b) => b.at.length - a.at.length)[0];
}

const unitOf = (path: string, part: string): string | undefined =>
  path
    .slice(part.length + 1)
    .split('/')[0]
    ?.replace(/\.\w+$/, '');

function checkRelative(from: string, found: Import, row: Row): string | undefined {
  const target = posix.join(posix.dirname(from), found.specifier);
  const other = rowFor(target);
  const part = other?.at;
  if (part === row.at) {
    const apart = row.unitsApart === true && unitOf(from, row.at) !== unitOf(target, row.at);
    return apart ? `${row.at}: one of them may not import another (${found.specifier})` : undefined;
  }
  const allowed = row.parts.some((at) => lies(target, at) && (other?.byName !== true || at === part));
  const asType = found.typeOnly && row.typeParts?.some((at) => lies(target, at)) === true;
  return allowed || asType ? undefined : `${row.at} may not import ${target}`;
}

const listed = (names: readonly string[], specifier: string): boolean =>
  names.some((name) => (name.endsWith('/') ? specifier.startsWith(name) : lies(specifier, name)));

function checkImport(from: string, found: Import, row: Row): string | undefined {
  const { specifier, typeOnly } = found;
  if (specifier.startsWith('.')) return checkRelative(from, found, row);
  const bare = specifier.replace(/^node:/, '');
  if (specifier.startsWith('node:') || builtinModules.includes(bare)) {
    return row.node === 'all' || row.node.includes(bare)
      ? undefined
      : `${row.at} may not import ${specifier}`;
  }
  if (listed(row.packages, specifier)) return undefined;
  if (typeOnly && listed(row.typePackages ?? [], specifier)) return undefined;
  return `${row.at} may not import ${specifier}${typeOnly ? '' : ' at run time'}`;
}

/** Every import of a file that its row of the table forbids. */
export function forbiddenImports(source: Source): string[] {
  const row = rowFor(source.path);
  if (row === undefined) return [];
  return importsOf(source).flatMap((found) => {
    const problem = checkImport(source.path, found, row);
    return problem === undefined ? [] : [problemAt(source, found.start, problem)];
  });
}
