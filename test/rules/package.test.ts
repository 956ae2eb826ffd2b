import { describe, expect, it } from 'vitest';
import { readProjectFile } from './source.ts';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly scripts: Record<string, string>;
}

const manifest = JSON.parse(readProjectFile('package.json')) as Manifest;

describe('package.json', () => {
  it('ships only what cannot be bundled', () => {
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(['koffi']);
  });

  it('pins both Electrons exactly, as their typings are part of the check', () => {
    expect(manifest.devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
    expect(manifest.devDependencies['electron-33']).toMatch(/^npm:electron@33\.\d+\.\d+$/);
  });

  it('runs no install scripts of packages', () => {
    expect(readProjectFile('.npmrc')).toContain('ignore-scripts=true');
    const hooks = Object.keys(manifest.scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name));
    expect(hooks).toEqual([]);
  });
});

interface LockedPackage {
  readonly optionalDependencies?: Record<string, string>;
}

/** Folders in which npm looks for a package that one at `path` needs, nearest first. */
function placesFor(name: string, path: string): string[] {
  const here = `${path === '' ? '' : `${path}/`}node_modules/${name}`;
  if (path === '') return [here];
  const cut = path.lastIndexOf('/node_modules/');
  return [here, ...placesFor(name, cut < 0 ? '' : path.slice(0, cut))];
}

describe('package-lock.json', () => {
  it('holds the packages of every platform, not only of the one it was made on', () => {
    const { packages } = JSON.parse(readProjectFile('package-lock.json')) as {
      packages: Record<string, LockedPackage>;
    };
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !placesFor(name, path).some((place) => place in packages),
      ),
    );
    expect(missing).toEqual([]);
  });
});

describe('the bot library', () => {
  it('has no runtime dependency', () => {
    const client = JSON.parse(readProjectFile('clients/javascript/package.json')) as Partial<Manifest>;
    expect(client.dependencies ?? {}).toEqual({});
  });
});
