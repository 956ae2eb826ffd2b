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
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(['electron-updater', 'koffi']);
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

describe('the bot library', () => {
  it('has no runtime dependency', () => {
    const client = JSON.parse(readProjectFile('client/package.json')) as Partial<Manifest>;
    expect(client.dependencies ?? {}).toEqual({});
  });
});
