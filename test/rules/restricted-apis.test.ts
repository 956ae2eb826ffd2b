import { describe, expect, it } from 'vitest';
import { forbiddenUses, loweredGuards, machinePaths, registryHosts } from './restricted-apis.ts';
import { parseSource, projectFiles, projectSources, readProjectFile } from './source.ts';

describe("Electron's dangerous parts", () => {
  it('are touched by one adapter each', () => {
    expect(projectSources.flatMap(forbiddenUses)).toEqual([]);
  });

  it.each([
    ['electron/adapters/tray.ts', "import { shell } from 'electron'; shell.openExternal(url);"],
    ['electron/adapters/tray.ts', "import { safeStorage } from 'electron';"],
    ['electron/main.ts', "import { ipcMain } from 'electron';"],
    ['electron/app/window-calls.ts', "import { dialog } from 'electron';"],
    ['electron/main.ts', "import * as electron from 'electron'; electron.clipboard.readText();"],
  ])('are refused in %s: %s', (path, text) => {
    expect(forbiddenUses(parseSource(path, text))).toHaveLength(1);
  });

  it('are allowed in their adapter', () => {
    const text = "import { safeStorage } from 'electron';";
    expect(forbiddenUses(parseSource('electron/adapters/keychain.ts', text))).toEqual([]);
  });
});

describe('guards', () => {
  it('are never lowered', () => {
    expect(projectSources.flatMap(loweredGuards)).toEqual([]);
    const text = 'export const options = { webSecurity: true };';
    expect(loweredGuards(parseSource('electron/policy/a.ts', text))).toHaveLength(1);
  });
});

describe('files', () => {
  const texts = projectFiles()
    .filter((path) => /\.(m?[jt]sx?|json|ya?ml|md|html|css|npmrc|sh)$|^\.npmrc$/.test(path))
    .map((path) => [path, readProjectFile(path)] as const);

  it('name no package registry', () => {
    expect(texts.flatMap(([path, text]) => registryHosts(path, text))).toEqual([]);
    expect(registryHosts('a', 'https://registry' + '.npmjs' + '.org/')).toHaveLength(1);
  });

  it('name no folder of one machine', () => {
    expect(texts.flatMap(([path, text]) => machinePaths(path, text))).toEqual([]);
    expect(machinePaths('a', ['', 'home', 'grace', 'castkey'].join('/'))).toHaveLength(1);
    expect(machinePaths('a', ['', 'home', 'lunatic', 'castkey'].join('/'))).toHaveLength(1);
  });
});
