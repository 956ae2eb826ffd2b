import type { Host } from '../../javascript/src/host.ts';
import { type Finding, judged, skipped } from '../finding.ts';
import { allRunsFindings } from './all-runs-checks.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Run } from './expectations.ts';
import { runCommand } from './run-command.ts';
import {
  environmentOf,
  everythingIn,
  makeJudgeFolders,
  modeOf,
  NAME,
  prepareRun,
  type RunPaths,
  removeJudgeFolders,
  textOf,
} from './run-environment.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { openScriptedVault, type ScriptedVault } from './scripted-vault.ts';
import type { TestData, VaultBehaviour } from './vault-behaviour.ts';

/** What is judged, and how. */
export interface JudgeClientOptions {
  readonly host: Host;
  /** The command and its arguments; `{user}` and `{name}` in them are filled in. */
  readonly command: readonly string[];
  /** Milliseconds that one run may take. */
  readonly timeoutMs: number;
  /** Hears each finding as soon as it is there. */
  readonly onFinding: (finding: Finding) => void;
  /** Ends the judgement: the command is killed, nothing more is tried. */
  readonly stop: AbortSignal;
  /** What is run; everything unless told. The first must leave a key. */
  readonly scenarios?: readonly Scenario[];
}

/** Milliseconds that a vault which restarts is away. */
const AWAY_MS = 300;

/** Runs the command in every scenario. Rejects only if the judge itself can't work: no folder, no socket. */
export async function judgeClient(options: JudgeClientOptions): Promise<Finding[]> {
  const folders = await makeJudgeFolders();
  const data = newTestData(options.host);
  const findings: Finding[] = [];
  const runs: Run[] = [];
  const note = (found: readonly Finding[]): void => {
    for (const finding of found) {
      findings.push(finding);
      options.onFinding(finding);
    }
  };
  let own: string | undefined;
  try {
    for (const [index, scenario] of (options.scenarios ?? SCENARIOS).entries()) {
      if (options.stop.aborted) return findings;
      const why = reasonToSkip(options, scenario, own);
      if (why !== undefined) {
        note(
          scenario.expectations.map(([section, words]) =>
            skipped(section, `${scenario.name}: ${words}`, why),
          ),
        );
        continue;
      }
      const paths = await prepareRun(folders, options.host, index, { key: scenario.key, own });
      const run = await runScenario(options, paths, scenario, { ...data, keys: new Map(data.keys) });
      if (options.stop.aborted) return findings;
      runs.push(run);
      if (index === 0) own = keepFirstKey(run, data);
      note(
        scenario.expectations.map(([section, words, expectation]) =>
          judged(section, `${scenario.name}: ${words}`, expectation(run)),
        ),
      );
    }
    note(allRunsFindings(runs));
    return findings;
  } finally {
    await removeJudgeFolders(folders);
  }
}

/** The key that the first run got is known in all later ones. */
function keepFirstKey({ keyFile, data }: Run, all: TestData): string | undefined {
  for (const [keyId, key] of data.keys) all.keys.set(keyId, key);
  return keyFile.after;
}

/** Why a scenario can't be run; undefined if it can. */
function reasonToSkip(
  { host }: JudgeClientOptions,
  { key }: Scenario,
  own: string | undefined,
): string | undefined {
  if (key === 'none') return undefined;
  if (own === undefined) return 'the first start left no key file';
  return key === 'shared' && host.platform === 'win32' ? 'files have no such modes here' : undefined;
}

function newTestData(host: Host): TestData {
  const digits = [...host.randomBytes(8)].map((byte) => byte % 10);
  const letters = [...host.randomBytes(30)].map((byte) => (byte % 36).toString(36));
  return {
    userId: `7${digits.join('')}`,
    accessToken: letters.join(''),
    keys: new Map(),
    randomBytes: (count) => host.randomBytes(count),
  };
}

async function runScenario(
  options: JudgeClientOptions,
  paths: RunPaths,
  scenario: Scenario,
  data: TestData,
): Promise<Run> {
  const before = await textOf(paths.keyFile);
  const vault = await startVault(options.host, paths, scenario, data);
  const filled = options.command.map((arg) =>
    arg.replaceAll('{user}', data.userId).replaceAll('{name}', NAME),
  );
  const env = environmentOf(options.host, paths, data.userId);
  try {
    const ended = await runCommand(filled, env, options.timeoutMs, options.stop);
    return {
      ended,
      connections: vault.connections(),
      data,
      keyFile: { before, after: await textOf(paths.keyFile) },
      mode: await modeOf(options.host, paths.keyFile),
      left: await everythingIn(paths.folder, paths.home),
    };
  } finally {
    await vault.close();
  }
}

/** The vault of one run; one that restarts is several, one after the other. */
async function startVault(
  host: Host,
  { socket }: RunPaths,
  { script, restarts }: Scenario,
  data: TestData,
): Promise<{ connections(): ClientConnection[]; close(): Promise<void> }> {
  const vaults: ScriptedVault[] = [];
  let over = false;
  let cancel = (): void => {};
  const open = async (behaviour: VaultBehaviour): Promise<void> => {
    if (script && !over) vaults.push(await openScriptedVault(socket, data, { ...script, behaviour }));
  };
  const quitting: VaultBehaviour = {
    getAccessTokenForUser() {
      void vaults[0]?.close();
      cancel = host.after(AWAY_MS, () => void open({}));
      return 'hang up';
    },
  };
  await open(restarts ? quitting : (script?.behaviour ?? {}));
  return {
    connections: () => vaults.flatMap(({ connections }) => connections),
    async close() {
      over = true;
      cancel();
      for (const vault of vaults) await vault.close();
    },
  };
}
