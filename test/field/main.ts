/** npm run field-test: the real Twitch, with a person's help, beside the sandbox. Started by scripts/field-test.mjs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { readStandIn } from '../../electron/policy/twitch-environment.ts';
import { SANDBOX_PUBLIC_CLIENT, startSandbox } from '../../sandbox/server.ts';
import { REAL_TWITCH, standIn } from './calls.ts';
import { type Difference, differences, type Facts } from './facts.ts';
import { measure, type Progress, STEPS, type Subject } from './measure.ts';
import { automaticPerson, type Person, terminalPerson } from './person.ts';

/** An account that every sandbox has. */
const SANDBOX_ACCOUNT = 'luna_streams';
/** Milliseconds Twitch gets to end tokens of its own accord. The sandbox ends them at once. */
const PATIENCE_MS = { twitch: 30_000, standIn: 200 };

/** Where it reads, writes and asks. */
export interface Terminal {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
  readonly signal: AbortSignal;
}

const USAGE = `npm run field-test -- --client-id ID --account LOGIN [--out FILE]
  --client-id  of a public Twitch application of your own
  --account    login of a test account whose tokens may be ended
  --out        where the facts go (artifacts/field-test.json)
  --against    a stand-in to ask instead of Twitch (castkey sandbox, without --lifetime): http://127.0.0.1:PORT.
               It needs neither of the first two, and nobody is asked anything`;

interface Options {
  clientId: string;
  account: string;
  out: string;
  against: string | null;
}

function readOptions(argv: readonly string[], folder: string): Options | string {
  const text = { type: 'string' } as const;
  const options = { 'client-id': text, account: text, out: text, against: text };
  let values: { [name in keyof typeof options]?: string };
  try {
    ({ values } = parseArgs({ args: [...argv], options }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const against = values.against === undefined ? null : readStandIn(values.against);
  if (against !== null && 'problem' in against) return '--against takes http://127.0.0.1:PORT, nothing else.';
  const base = against === null ? null : (against.environment.standIn?.url ?? null);
  const clientId = values['client-id'] ?? (base === null ? '' : SANDBOX_PUBLIC_CLIENT.clientId);
  const account = values.account ?? (base === null ? '' : SANDBOX_ACCOUNT);
  if (!/^\w{1,40}$/.test(clientId)) return 'Name your application: --client-id ID.';
  if (!/^\w{1,50}$/.test(account)) return 'Name the test account that will sign in: --account LOGIN.';
  return { clientId, account, out: values.out ?? join(folder, 'field-test.json'), against: base };
}

async function expectedFacts(): Promise<Progress> {
  const sandbox = await startSandbox();
  try {
    return await measure({
      hosts: standIn(sandbox.url),
      clientId: SANDBOX_PUBLIC_CLIENT.clientId,
      account: SANDBOX_ACCOUNT,
      person: automaticPerson(sandbox.url, SANDBOX_ACCOUNT),
      patienceMs: PATIENCE_MS.standIn,
    });
  } finally {
    await sandbox.close();
  }
}

const WARNING = (account: string): string =>
  `Castkey is about to sign ${account} in to your application a few times, and to end those logins.
Bots that run on this account and this application may have to sign in again. Is ${account} a test account?`;

async function confirmed(person: Person, account: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await person.agrees(WARNING(account));
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

async function run(options: Options, person: Person, terminal: Terminal): Promise<number> {
  const { output, signal } = terminal;
  const say = (line: string): void => void output.write(`${line}\n`);
  const { clientId, account, out, against } = options;
  if (against === null && !(await confirmed(person, account, signal))) {
    say('Nothing was done.');
    return 2;
  }
  say('first the sandbox, by itself …');
  const expected = await expectedFacts();
  for (const problem of expected.problems) say(`sandbox: ${problem}`);
  const write = async (progress: Progress, finished: boolean): Promise<void> => {
    const found = differences(progress, expected.facts);
    await mkdir(dirname(out), { recursive: true });
    const report = { asked: against ?? 'Twitch', at: new Date().toISOString(), finished, ...progress };
    const text = JSON.stringify({ ...report, expected: expected.facts, differences: found }, null, 2);
    await writeFile(out, `${text}\n`);
  };
  const subject: Subject = {
    ...{ clientId, account, person },
    hosts: against === null ? REAL_TWITCH : standIn(against),
    patienceMs: against === null ? PATIENCE_MS.twitch : PATIENCE_MS.standIn,
  };
  const measured = await measure(subject, {
    began: ({ title }) => say(`${title} …`),
    ended: (progress) => write(progress, false),
    signal,
  });
  const gone = measured.done.length + measured.problems.length;
  await write(measured, gone === STEPS.length && !signal.aborted);
  return conclude(measured, { expected: expected.facts, out, stopped: signal.aborted }, say);
}

function conclude(
  measured: Progress,
  { expected, out, stopped }: { expected: Facts; out: string; stopped: boolean },
  say: (line: string) => void,
): number {
  const { problems, done } = measured;
  const found = differences(measured, expected);
  say('');
  for (const problem of problems) say(`not measured: ${problem}`);
  for (const difference of found) say(inWords(difference));
  say(
    found.length === 0
      ? 'The sandbox is as what was asked.'
      : `The sandbox is wrong in ${found.length} facts.`,
  );
  say(`${stopped ? 'Stopped' : 'Done'} after: ${done.join(', ') || 'nothing'}. The facts are in ${out}`);
  if (stopped) return 130;
  return found.length === 0 && problems.length === 0 ? 0 : 1;
}

function inWords({ step, name, measured, expected }: Difference): string {
  const shown = (fact: unknown): string => (fact === undefined ? 'nothing' : JSON.stringify(fact));
  return `${step}: ${name}\n    measured  ${shown(measured)}\n    sandbox   ${shown(expected)}`;
}

/** The exit code: 0 when the sandbox is right, 1 when it isn't or something could not be measured, 2 for no run. */
export async function fieldTest(terminal: Terminal): Promise<number> {
  if (terminal.argv.includes('--help')) {
    terminal.output.write(`${USAGE}\n`);
    return 0;
  }
  const options = readOptions(terminal.argv, terminal.folder);
  if (typeof options === 'string') {
    terminal.output.write(`${options}\n${USAGE}\n`);
    return 2;
  }
  const { against, account } = options;
  if (against === null && !terminal.input.isTTY) {
    terminal.output.write('This needs a person at a terminal.\n');
    return 2;
  }
  const person =
    against === null
      ? terminalPerson(terminal.input, terminal.output, terminal.signal)
      : automaticPerson(against, account);
  try {
    return await run(options, person, terminal);
  } finally {
    person.leave();
  }
}
