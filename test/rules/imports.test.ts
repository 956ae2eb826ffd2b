import { describe, expect, it } from 'vitest';
import { forbiddenImports } from './imports.ts';
import { parseSource, projectSources } from './source.ts';

const problems = (path: string, text: string): string[] => forbiddenImports(parseSource(path, text));

describe('the import table', () => {
  it('is obeyed by every file', () => {
    expect(projectSources.length).toBeGreaterThan(20);
    expect(projectSources.flatMap(forbiddenImports)).toEqual([]);
  });

  it.each([
    ['shared/a.ts', "import { join } from 'node:path'"],
    ['shared/a.ts', "import type { Vault } from '../electron/core/vault.ts'"],
    ['electron/core/a.ts', "import { request } from '../../shared/network/request.ts'"],
    ['renderer/a.ts', "import { dial } from '../shared/network/dial.ts'"],
    ['electron/core/a.ts', "import { app } from 'electron'"],
    ['electron/core/a.ts', "import type { App } from 'electron'"],
    ['electron/core/a.ts', "import { readFile } from 'node:fs/promises'"],
    ['electron/core/a.ts', "import http from 'http'"],
    ['electron/core/a.ts', "import { AccessToken } from '@twurple/auth'"],
    ['electron/core/a.ts', "export * from '../adapters/keychain.ts'"],
    ['electron/core/a.ts', "const fs = await import('node:fs')"],
    ['electron/core/a.ts', 'const fs = await import(name)'],
    ['electron/core/a.ts', "const fs = require('node:net')"],
    ['electron/core/a.ts', "import fs = require('node:fs')"],
    ['electron/core/a.ts', "type App = import('electron').App"],
    ['electron/core/a.ts', "import store from 'electron-store'"],
    ['electron/core/a.ts', "import type { AccessToken } from '@twurple/auth'"],
    ['electron/core/accounts/a.ts', "import { frame } from '../protocol/framer.ts'"],
    ['electron/core/a.ts', "import type { Params } from './protocol/schemas.ts'"],
    ['electron/core/lock/a.ts', "import type { Vault } from '../vault.ts'"],
    ['electron/core/protocol/a.ts', "import { restore } from '../backup/restoring.ts'"],
    ['electron/core/twitch/a.ts', "import { accounts } from '../accounts/accounts.ts'"],
    ['electron/core/applications/a.ts', "import { bots } from '../bots/bots.ts'"],
    ['electron/policy/a.ts', "import { session } from 'electron'"],
    ['electron/policy/a.ts', "import { join } from 'node:path'"],
    ['electron/ipc/a.ts', "import { ipcMain } from 'electron'"],
    ['electron/adapters/a.ts', "import { other } from './other.ts'"],
    ['electron/adapters/a.ts', "import { register } from '../ipc/register.ts'"],
    ['electron/adapters/a.ts', "import { vault } from '../core/vault.ts'"],
    ['electron/preload.ts', "import { vault } from './core/vault.ts'"],
    ['renderer/a.tsx', "import { ipcRenderer } from 'electron'"],
    ['renderer/a.tsx', "import { join } from 'node:path'"],
    ['renderer/components/a.tsx', "import { vault } from '../../electron/core/vault.ts'"],
    ['clients/javascript/src/a.ts', "import { RefreshingAuthProvider } from '@twurple/auth'"],
    ['clients/javascript/src/a.ts', "import { vault } from '../../../electron/core/vault.ts'"],
    ['clients/javascript/src/a.ts', "import { run } from '../../command/run.ts'"],
    ['clients/javascript/src/a.ts', "import type { Finding } from '../../conformance/finding.ts'"],
    ['clients/conformance/a.ts', "import { EXIT } from '../command/exit-codes.ts'"],
    ['clients/command/a.ts', "import { startServer } from '../../sandbox/server.ts'"],
    ['sandbox/a.ts', "import { app } from 'electron'"],
  ])('refuses in %s: %s', (path, text) => {
    expect(problems(path, text)).toHaveLength(1);
  });

  it.each([
    ['electron/core/a.ts', "import { createHmac } from 'node:crypto'"],
    ['electron/core/a.ts', "import { scopes } from '../../shared/scopes.ts'"],
    ['electron/core/vault.ts', "import { session } from './protocol/session.ts'"],
    ['electron/core/protocol/a.ts', "import { bots } from '../bots/bots.ts'"],
    ['electron/core/protocol/a.ts', "import { secret } from '../secret.ts'"],
    ['electron/core/accounts/a.ts', "import { reply } from '../twitch/reply.ts'"],
    ['electron/core/twitch/a.ts', "import { secret } from '../secret.ts'"],
    ['electron/app/a.ts', "import { vault } from '../core/vault.ts'"],
    ['electron/policy/a.ts', "import type { WebPreferences } from 'electron'"],
    ['electron/adapters/a.ts', "import type { Vault } from '../core/vault.ts'"],
    ['electron/adapters/a.ts', "import { part } from './a/part.ts'"],
    ['electron/adapters/a/part.ts', "import { whole } from '../a.ts'"],
    ['electron/main.ts', "import { app } from 'electron'; import { vault } from './core/vault.ts'"],
    ['renderer/a.tsx', "import { Button } from '@mantine/core'; import './a.module.css'"],
    ['test/unit/a.ts', "import { app } from 'electron'"],
  ])('allows in %s: %s', (path, text) => {
    expect(problems(path, text)).toEqual([]);
  });
});
