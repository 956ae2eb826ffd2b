import type { Host } from '../../javascript/src/host.ts';
import { type Finding, judged, skipped } from '../finding.ts';
import { overallFindings } from './all-runs-checks.ts';
import type { Visit } from './client-connection.ts';
import type { Run } from './expectations.ts';
import { runCommand } from './run-command.ts';
import {
  closePlayground,
  environmentOf,
  everythingIn,
  modeOf,
  NAME,
  openPlayground,
  type Place,
  type Playground,
  preparePlace,
  textOf,
} from './run-environment.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { openRehearsalVault, type RehearsalVault } from './scripted-vault.ts';
import type { Manners, Stock } from './vault-behaviour.ts';

/** What is judged, and how. */
export interface ClientTrial {
  readonly host: Host;
  /** The command and its arguments; `{user}` and `{name}` in them are filled in. */
  readonly command: readonly string[];
  /** Milliseconds that one run may take. */
  readonly timeoutMs: number;
  /** Hears each finding as soon as it is there. */
  readonly onFinding: (finding: Finding) => void;
  /** Ends the judgement: the command is killed, nothing more is tried. */
  readonly stop: AbortSignal;
  /** What is played; everything unless told. The first must leave a key. */
  readonly scenarios?: readonly Scenario[];
}

/** Milliseconds that a vault which restarts is away. */
const AWAY_MS = 300;

/** Runs the command in every scenario. Rejects only if the judge itself can't work: no folder, no socket. */
export async function judgeClient(trial: ClientTrial): Promise<Finding[]> {
  const playground = await openPlayground();
  const stock = newStock(trial.host);
  const findings: Finding[] = [];
  const runs: Run[] = [];
  const note = (found: readonly Finding[]): void => {
    for (const finding of found) {
      findings.push(finding);
      trial.onFinding(finding);
    }
  };
  let own: string | undefined;
  try {
    for (const [index, scenario] of (trial.scenarios ?? SCENARIOS).entries()) {
      if (trial.stop.aborted) return findings;
      const why = obstacle(trial, scenario, own);
      if (why !== undefined) {
        note(scenario.duties.map(([section, words]) => skipped(section, `${scenario.name}: ${words}`, why)));
        continue;
      }
      const place = await preparePlace(playground, trial.host, index, scenario.key, own);
      const run = await play(trial, playground, place, scenario, { ...stock, keys: new Map(stock.keys) });
      if (trial.stop.aborted) return findings;
      runs.push(run);
      if (index === 0) own = adopt(run, stock);
      note(
        scenario.duties.map(([section, words, duty]) =>
          judged(section, `${scenario.name}: ${words}`, duty(run)),
        ),
      );
    }
    note(overallFindings(runs));
    return findings;
  } finally {
    await closePlayground(playground);
  }
}

/** The key that the first run got is known in all later ones. */
function adopt({ keyFile, stock }: Run, all: Stock): string | undefined {
  for (const [keyId, key] of stock.keys) all.keys.set(keyId, key);
  return keyFile.after;
}

/** Why a scenario can't be played. */
function obstacle({ host }: ClientTrial, { key }: Scenario, own: string | undefined): string | undefined {
  if (key === 'none') return undefined;
  if (own === undefined) return 'the first start left no key file';
  return key === 'shared' && host.platform === 'win32' ? 'files have no such modes here' : undefined;
}

function newStock(host: Host): Stock {
  const digits = [...host.randomBytes(8)].map((byte) => byte % 10);
  const letters = [...host.randomBytes(30)].map((byte) => (byte % 36).toString(36));
  return {
    userId: `7${digits.join('')}`,
    accessToken: letters.join(''),
    keys: new Map(),
    randomBytes: (count) => host.randomBytes(count),
  };
}

async function play(
  trial: ClientTrial,
  playground: Playground,
  place: Place,
  scenario: Scenario,
  stock: Stock,
): Promise<Run> {
  const before = await textOf(place.keyFile);
  const stage = await openStage(trial.host, place, scenario, stock);
  const filled = trial.command.map((arg) =>
    arg.replaceAll('{user}', stock.userId).replaceAll('{name}', NAME),
  );
  const env = environmentOf(trial.host, playground, place, stock.userId);
  try {
    const ended = await runCommand(filled, env, trial.timeoutMs, trial.stop);
    return {
      ended,
      visits: stage.visits(),
      stock,
      keyFile: { before, after: await textOf(place.keyFile) },
      mode: await modeOf(trial.host, place.keyFile),
      left: await everythingIn(place.folder, playground.home),
    };
  } finally {
    await stage.close();
  }
}

/** The vault of one run; one that restarts is several, one after the other. */
async function openStage(
  host: Host,
  { socket }: Place,
  { part, restarts }: Scenario,
  stock: Stock,
): Promise<{ visits(): Visit[]; close(): Promise<void> }> {
  const vaults: RehearsalVault[] = [];
  let over = false;
  let cancel = (): void => {};
  const open = async (manners: Manners): Promise<void> => {
    if (part && !over) vaults.push(await openRehearsalVault(socket, stock, { ...part, manners }));
  };
  const quitting: Manners = {
    getAccessTokenForUser() {
      void vaults[0]?.close();
      cancel = host.after(AWAY_MS, () => void open({}));
      return 'hang up';
    },
  };
  await open(restarts ? quitting : (part?.manners ?? {}));
  return {
    visits: () => vaults.flatMap(({ visits }) => visits),
    async close() {
      over = true;
      cancel();
      for (const vault of vaults) await vault.close();
    },
  };
}
