import { posix } from 'node:path';
import { importsOf } from './imports.ts';
import type { Source } from './source.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

function graphOf(sources: readonly Source[]): Graph {
  const known = new Set(sources.map(({ path }) => path));
  const targets = (source: Source): string[] =>
    importsOf(source)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier }) => posix.join(posix.dirname(source.path), specifier))
      .filter((path) => known.has(path));
  return new Map(sources.map((source) => [source.path, [...new Set(targets(source))]]));
}

/** The shortest way from a file back to itself along imports, without the return at its end. */
function shortestCircle(graph: Graph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const next of graph.get(path) ?? []) {
      if (next === start) return wayTo(path, start, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end];
  for (let path = end; path !== start; ) {
    path = cameFrom.get(path) ?? start;
    way.unshift(path);
  }
  return way;
}

/** The same circle whichever of its files it was found from: the alphabetically first one leads. */
function fromItsFirst(circle: readonly string[]): string {
  const first = circle.indexOf([...circle].sort()[0] ?? '');
  const turned = [...circle.slice(first), ...circle.slice(0, first)];
  return [...turned, turned[0]].join(' → ');
}

/**
 * Circles of imports, those of types included: two files that need each other can't be understood, moved or
 * tested one by one. Each circle once, as the list of its files; of several through a file, the shortest.
 */
export function importCircles(sources: readonly Source[]): string[] {
  const graph = graphOf(sources);
  const found = sources.map(({ path }) => shortestCircle(graph, path)).filter((one) => one !== undefined);
  return [...new Set(found.map(fromItsFirst))].sort();
}
